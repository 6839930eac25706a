/** Signing in. */
import { plural } from "@/text/format";

export const sessionText = {
  title: "Sign in",
  token: "Access token",
  help: "The server printed the first administrator's token when it first started. An administrator can make one for you.",
  submit: "Sign in",
  ended: "Your session has ended. Sign in again to go on.",
  empty: "Enter a token.",
  wrongForm:
    "This is not a Tenantry token: those start with “tnry_” and have 45 or so letters and digits. Check that it was copied whole.",
  refused: "The server does not accept this token. It may be mistyped, revoked or expired.",
  wrongType:
    "This token is valid, but its kind cannot use the web interface. Use an administrator's or a person's token.",
  tooMany: (seconds: number | undefined) =>
    seconds === undefined
      ? "Too many tries. Wait a little and try again."
      : `Too many tries. Try again in ${plural(seconds, "second", "seconds")}.`,
  unreachable:
    "The server did not answer. Check your network and that the server runs, then try again.",
  failed: (detail: string) => `The server could not sign you in: ${detail}`,
} as const;

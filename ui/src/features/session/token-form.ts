/** What is wrong with a sign-in, in words that say what to do about it. */
import { ApiProblem, Unreachable } from "@/api/problem";
import { strings } from "@/text/strings";

const FORM = /^tnry_[a-z]+_[0-9A-Za-z]{36}$/;

/** Finds what was pasted wrong before the server is asked; the checksum is the server's affair. */
export function tokenFormError(token: string): string | null {
  if (token === "") {
    return strings.signIn.empty;
  }
  return FORM.test(token) ? null : strings.signIn.wrongForm;
}

export function signInError(error: unknown): string {
  if (error instanceof Unreachable) {
    return strings.signIn.unreachable;
  }
  if (!(error instanceof ApiProblem)) {
    throw error;
  }
  switch (error.code) {
    case "unauthenticated":
      return strings.signIn.refused;
    case "forbidden":
      return strings.signIn.wrongType;
    case "too_many_requests":
      return strings.signIn.tooMany(error.retryAfter);
    default:
      return strings.signIn.failed(error.detail);
  }
}

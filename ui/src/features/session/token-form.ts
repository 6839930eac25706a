/** What is wrong with a sign-in, in words that say what to do about it. */
import { ApiProblem, Unreachable } from "@/api/problem";
import { sessionText } from "@/text/session";

const FORM = /^tnry_[a-z]+_[0-9A-Za-z]{36}$/;

/** Finds what was pasted wrong before the server is asked; the checksum is the server's affair. */
export function tokenFormError(token: string): string | null {
  if (token === "") {
    return sessionText.empty;
  }
  return FORM.test(token) ? null : sessionText.wrongForm;
}

export function signInError(error: unknown): string {
  if (error instanceof Unreachable) {
    return sessionText.unreachable;
  }
  if (!(error instanceof ApiProblem)) {
    throw error;
  }
  switch (error.code) {
    case "unauthenticated":
      return sessionText.refused;
    case "forbidden":
      return sessionText.wrongType;
    case "too_many_requests":
      return sessionText.tooMany(error.retryAfter);
    default:
      return sessionText.failed(error.detail);
  }
}

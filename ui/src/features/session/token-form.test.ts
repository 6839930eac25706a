import { describe, expect, it } from "vitest";
import { ApiProblem, Unreachable } from "@/api/problem";
import { signInError, tokenFormError } from "@/features/session/token-form";
import { sessionText } from "@/text/session";

describe("tokenFormError", () => {
  it.each([
    ["", sessionText.empty],
    ["secret", sessionText.wrongForm],
    [`tnry_adm_${"a".repeat(35)}`, sessionText.wrongForm],
    [`tnry_adm_${"a".repeat(37)}`, sessionText.wrongForm],
    [`tnry_adm_${"a".repeat(30)}-${"a".repeat(5)}`, sessionText.wrongForm],
    [`tnry_adm_${"aZ0".repeat(12)}`, null],
  ])("of %j", (token, error) => {
    expect(tokenFormError(token)).toBe(error);
  });
});

describe("signInError", () => {
  const problem = (status: number, code: string, retryAfter?: number) =>
    new ApiProblem(status, code, "the detail", [], undefined, retryAfter);

  it.each([
    [new Unreachable(), sessionText.unreachable],
    [problem(401, "unauthenticated"), sessionText.refused],
    [problem(403, "forbidden"), sessionText.wrongType],
    [problem(403, "cross_site"), sessionText.failed("the detail")],
    [problem(429, "too_many_requests", 30), "Too many tries. Try again in 30 seconds."],
    [problem(429, "too_many_requests"), sessionText.tooMany(undefined)],
    [problem(503, "unavailable"), "The server could not sign you in: the detail"],
  ])("%s", (error, words) => {
    expect(signInError(error)).toBe(words);
  });

  it("does not hide a mistake of the interface's own", () => {
    expect(() => signInError(new TypeError("x is undefined"))).toThrow(TypeError);
  });
});

import { describe, expect, it } from "vitest";
import { ApiProblem, Unreachable } from "@/api/problem";
import { signInError, tokenFormError } from "@/features/session/token-form";
import { strings } from "@/text/strings";

describe("tokenFormError", () => {
  it.each([
    ["", strings.signIn.empty],
    ["secret", strings.signIn.wrongForm],
    [`tnry_adm_${"a".repeat(35)}`, strings.signIn.wrongForm],
    [`tnry_adm_${"a".repeat(37)}`, strings.signIn.wrongForm],
    [`tnry_adm_${"a".repeat(30)}-${"a".repeat(5)}`, strings.signIn.wrongForm],
    [`tnry_adm_${"aZ0".repeat(12)}`, null],
  ])("of %j", (token, error) => {
    expect(tokenFormError(token)).toBe(error);
  });
});

describe("signInError", () => {
  const problem = (status: number, code: string, retryAfter?: number) =>
    new ApiProblem(status, code, "the detail", [], undefined, retryAfter);

  it.each([
    [new Unreachable(), strings.signIn.unreachable],
    [problem(401, "unauthenticated"), strings.signIn.refused],
    [problem(403, "forbidden"), strings.signIn.wrongType],
    [problem(403, "cross_site"), strings.signIn.failed("the detail")],
    [problem(429, "too_many_requests", 30), "Too many tries. Try again in 30 seconds."],
    [problem(429, "too_many_requests"), strings.signIn.tooMany(undefined)],
    [problem(503, "unavailable"), "The server could not sign you in: the detail"],
  ])("%s", (error, words) => {
    expect(signInError(error)).toBe(words);
  });

  it("does not hide a mistake of the interface's own", () => {
    expect(() => signInError(new TypeError("x is undefined"))).toThrow(TypeError);
  });
});

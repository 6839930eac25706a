/**
 * What can go wrong with a request, as the rest of the interface sees it: the server answered with
 * a problem document (`ApiProblem`), or it did not answer at all (`Unreachable`).
 */

export interface FieldProblem {
  path: string;
  message: string;
}

/** The server's refusal: RFC 9457 `application/problem+json` with a stable `code`. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly problems: readonly FieldProblem[],
    readonly requestId: string | undefined,
    /** Seconds to wait before another try; only with 429 and 503. */
    readonly retryAfter: number | undefined,
  ) {
    super(detail);
  }

  /** Reads a refusal; a body that is no problem document (a proxy's page) still gives one. */
  static from(response: Response, body: unknown): ApiProblem {
    const document = isRecord(body) ? body : {};
    const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
    return new ApiProblem(
      response.status,
      text(document.code) ?? "unknown",
      text(document.detail) ?? text(document.title) ?? `HTTP ${response.status}`,
      Array.isArray(document.problems) ? document.problems.filter(isFieldProblem) : [],
      text(document.request_id),
      Number.isNaN(retryAfter) ? undefined : retryAfter,
    );
  }
}

/** No answer: the network or the server is away, or too slow. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Whether the server refused with this status. */
export function hasStatus(error: unknown, status: number): error is ApiProblem {
  return error instanceof ApiProblem && error.status === status;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.path === "string" && typeof value.message === "string";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

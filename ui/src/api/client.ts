/**
 * The one way to the server. Types come from `schema.d.ts`, which is generated from the server's
 * own description of its API; the session travels as a cookie that scripts cannot read.
 */
import createClient from "openapi-fetch";
import { ApiProblem, Unreachable } from "@/api/problem";
import type { components, paths } from "@/api/schema";

export type Schemas = components["schemas"];

/** After this long without an answer a request counts as lost. */
const TIME_OUT_MS = 15_000;

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  // Looked up at each call, so that a test can put its own in place.
  fetch: (request) =>
    globalThis.fetch(request, {
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIME_OUT_MS)]),
    }),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

interface Success<T> {
  data: T;
  response: Response;
}

/**
 * The data of a request that succeeded, and its response for the headers' sake.
 *
 * Throws `ApiProblem` or `Unreachable`; a request that its caller gave up stays an `AbortError`.
 */
export async function call<T>(request: Promise<Answer<T>>): Promise<Success<T>> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") {
      throw cause;
    }
    throw new Unreachable("the server did not answer", { cause });
  }
  if (!answer.response.ok) {
    throw ApiProblem.from(answer.response, answer.error);
  }
  return { data: answer.data as T, response: answer.response };
}

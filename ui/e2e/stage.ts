/** What every test file needs: a server of its own, a browser, and pages that must not misbehave. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launch, visit, type WatchedPage } from "./browser";
import { Server } from "./server";

export interface Stage {
  server: Server;
  /** A page of a new visitor; its errors fail the test. */
  open: (options?: Parameters<typeof visit>[2]) => Promise<Page>;
}

/**
 * Called once at the top of a test file, with the server's arguments. What it gives is there as soon
 * as the tests run.
 */
export function stage(...args: string[]): Stage {
  let server: Server | undefined;
  let browser: Browser | undefined;
  let visited: WatchedPage[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([Server.start(...args), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });
  afterEach(async () => {
    const faults = visited.flatMap((it) => it.faults);
    await Promise.all(visited.map(({ page }) => page.context().close()));
    visited = [];
    expect(faults).toEqual([]);
  });

  return {
    get server() {
      if (server === undefined) {
        throw new Error("the server starts before the first test");
      }
      return server;
    },
    open: async (options) => {
      if (server === undefined || browser === undefined) {
        throw new Error("the browser starts before the first test");
      }
      const it = await visit(browser, server, options);
      visited.push(it);
      return it.page;
    },
  };
}

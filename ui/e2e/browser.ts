/** A real browser, and pages that are watched: whatever they should not do is kept for the end. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Server } from "./server";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

export interface WatchedPage {
  page: Page;
  /** Errors on the console, exceptions, and requests to other hosts. */
  faults: string[];
}

/** A page of a new visitor. `expected` are the answers that a test provokes on purpose. */
export async function visit(
  browser: Browser,
  server: Server,
  { expected = /^$/, ...options }: BrowserContextOptions & { expected?: RegExp } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: server.url, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    const where = message.location().url;
    // Asking who is signed in, before anybody is, is answered with 401 as it should be.
    const isSessionCheck = where.endsWith("/api/v1/session") && message.text().includes("401");
    if (message.type() === "error" && !isSessionCheck && !expected.test(message.text())) {
      faults.push(`console: ${message.text()} (${where})`);
    }
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== server.url && protocol !== "data:" && protocol !== "blob:") {
      faults.push(`foreign request: ${request.url()}`);
    }
  });
  return { page, faults };
}

export async function signIn(page: Page, token: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("Access token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Flags", exact: true }).waitFor();
}

/** What WCAG 2.2 A and AA say against the page as it is now. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await settled(page);
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`),
    );
  });
}

/** The same in both colour schemes, by scheme; the page is left in the light one. */
export async function faultsInBothSchemes(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
    const found = await accessibilityFaults(page);
    faults.push(...found.map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
}

/**
 * Waits until nothing fades any more: what is half there has half the contrast. What only moves, as a
 * plan's progress does all the time, has all of it.
 */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .filter((it) => it.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
      .filter((it) => !(it instanceof CSSTransition && it.transitionProperty === "transform"))
      .every((it) => it.playState !== "running"),
  );
}

/** Keeps a picture of the page where TENANTRY_SCREENSHOTS names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.TENANTRY_SCREENSHOTS;
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/${name}.png` });
  }
}

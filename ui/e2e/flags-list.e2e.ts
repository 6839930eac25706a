/** What the list of flags is sorted by, and what its rows show of usage. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, picture, signIn } from "./browser";
import { stage } from "./stage";

const at = stage();

const PATH = "/projects/default/environments/production/flags";
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  for (const [key, name, days] of [
    ["a-first", "Zebra", 40],
    ["b-second", "Mole", 10],
    ["c-third", "Ant", 20],
  ] as const) {
    await at.server.api("POST", "/projects/default/flags", { key, name, expires_on: day(days) });
  }
});

const order = (page: Page) =>
  page
    .locator("[data-flag]")
    .evaluateAll((rows) => rows.map((it) => it.getAttribute("data-flag")?.slice(0, 1)).join(""));
const head = (page: Page, name: string) => page.getByRole("columnheader", { name });

describe("the list of flags", () => {
  it("is sorted by its heads and by keyboard, and keeps that in the address", async () => {
    const page = await at.open({ viewport: { width: 1280, height: 800 } });
    await signIn(page, at.server.token);
    await expect.poll(() => order(page)).toBe("abc");
    expect(await head(page, "Flag").getAttribute("aria-sort")).toBe("ascending");

    await head(page, "Expires").getByRole("button").press("Enter");
    await expect.poll(() => order(page)).toBe("bca");
    expect(await head(page, "Expires").getAttribute("aria-sort")).toBe("ascending");
    expect(await head(page, "Flag").getAttribute("aria-sort")).toBe("none");
    await page.keyboard.press("Enter");
    await expect.poll(() => order(page)).toBe("acb");
    expect(new URL(page.url()).search).toBe("?sort=-expires_on");

    await head(page, "Flag").getByRole("button").click();
    await expect.poll(() => order(page)).toBe("cba");
    await page.getByRole("button", { name: /^Sorted by/ }).click();
    await page.getByRole("menuitemradio", { name: "Newest" }).click();
    await head(page, "Created").waitFor();
    await page.reload();
    await head(page, "Created").waitFor();
    await expect.poll(() => order(page)).toBe("cba");
    await page.getByText("just now").first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, "flags-sorted");

    await page.goBack();
    await expect.poll(() => order(page)).toBe("cba");
    await page.goBack();
    await expect.poll(() => order(page)).toBe("acb");
  });

  it("shows new names of flags and environments without being asked to", async () => {
    const page = await at.open({ viewport: { width: 1280, height: 800 } });
    const polls: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/audit")) {
        polls.push(request.url());
      }
    });
    await signIn(page, at.server.token);
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    const any = { "If-Match": "*" };
    await at.server.api("PATCH", "/projects/default/flags/b-second", { name: "Vole" }, any);
    await page.getByRole("link", { name: "Vole" }).waitFor();
    const staging = "/projects/default/environments/staging";
    await at.server.api("PATCH", staging, { name: "Stage" });
    await page.getByText("Stage", { exact: true }).waitFor();
    await at.server.api("PATCH", staging, { name: "Staging" });
    expect(polls).toEqual([]);
  });

  it("reads the usage of all rows in view at once", async () => {
    const page = await at.open({ viewport: { width: 1600, height: 900 } });
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith("/usage")) {
        asked.push(searchParams.get("flags") ?? pathname);
      }
    });
    await signIn(page, at.server.token);
    await page.goto("about:blank");
    asked.length = 0;
    await page.goto(PATH);
    await expect
      .poll(() => page.getByRole("img", { name: "Asked 0 times in the last 24 hours" }).count())
      .toBe(3);
    expect(asked).toEqual(["a-first,b-second,c-third"]);
  });
});

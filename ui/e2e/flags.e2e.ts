/** What people do on the first page, in a real browser, against a real server. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, launch, picture, signIn, visit, type WatchedPage } from "./browser";
import { newToken, Server } from "./server";

const FLAGS = "/projects/default/environments/production/flags";

let server: Server;
let browser: Browser;
let visited: WatchedPage[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), launch()]);
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

async function open(options?: Parameters<typeof visit>[2]): Promise<Page> {
  const it = await visit(browser, server, options);
  visited.push(it);
  return it.page;
}

const row = (page: Page, flag: string) => page.locator(`[data-flag="${flag}"]`);
const onSwitch = (page: Page, flag: string) => row(page, flag).getByRole("switch");
const rollout = (page: Page, flag: string) =>
  row(page, flag).getByRole("button", { name: /^Rollout of/ });
const isLive = (page: Page) =>
  page.getByRole("status").getByText("Live", { exact: true }).waitFor();

/** Flags of their own for each test, so that none depends on another. */
async function makeFlag(key: string, body: object = {}): Promise<string> {
  await server.api("POST", "/projects/default/flags", { key, ...body });
  return key;
}

describe("signing in", () => {
  it("says what is wrong with a token, and keeps a right one out of scripts' reach", async () => {
    const page = await open({ expected: /401/ });
    await page.goto(FLAGS);
    const token = page.getByLabel("Access token");
    const submit = page.getByRole("button", { name: "Sign in" });
    await picture(page, "sign-in");
    expect(await accessibilityFaults(page)).toEqual([]);

    await token.fill("secret");
    await submit.click();
    await page.getByRole("alert").getByText("This is not a Tenantry token").waitFor();

    await token.fill(newToken());
    await submit.click();
    await page.getByRole("alert").getByText("does not accept this token").waitFor();
    await picture(page, "sign-in-refused");

    await token.fill(`  ${server.token}\n`);
    await submit.click();
    await page.getByRole("heading", { name: "Flags", exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe(FLAGS);

    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(kept).not.toContain("tnry_");
    const cookies = await page.context().cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Strict", path: "/" }]);
    expect(JSON.stringify(cookies)).not.toContain(server.token);
  });

  it("ends when asked to, and says so when it ended by itself", async () => {
    const page = await open({ expected: /401/ });
    await signIn(page, server.token);
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Expired" }).click();
    await page.getByText("Your session has ended").waitFor();

    await page.getByLabel("Access token").fill(server.token);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Expired", pressed: true }).waitFor();

    await page.getByRole("button", { name: /^Signed in as/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByLabel("Access token").waitFor();
    expect(await page.getByText("Your session has ended").count()).toBe(0);
    await page.goto(FLAGS);
    await page.getByLabel("Access token").waitFor();
  });
});

describe("the list of flags", () => {
  it("makes a flag, switches it on and rolls it out", async () => {
    const page = await open();
    await signIn(page, server.token);
    await page.getByRole("button", { name: "New flag" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New flag" });
    await dialog.getByLabel("Name").fill("New billing");
    await expect.poll(() => dialog.getByLabel("Key").inputValue()).toBe("new-billing");
    await dialog.getByLabel("Owner").fill("Team Billing");
    await dialog.getByRole("button", { name: "30 days" }).click();
    await picture(page, "create-flag");
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Create flag" }).click();

    const flag = row(page, "new-billing");
    await flag.getByText("In 30 days").waitFor();
    await flag.getByText("Team Billing").filter({ visible: true }).waitFor();

    expect(await onSwitch(page, "new-billing").isChecked()).toBe(false);
    await onSwitch(page, "new-billing").press("Space");
    await page.getByText("new-billing is on in Production.").waitFor();
    expect(await server.targeting("production", "new-billing")).toMatchObject({ on: true });

    await rollout(page, "new-billing").click();
    await page.getByLabel("Percent of tenants").fill("12.5");
    await page.getByRole("button", { name: "Set to 12.5%" }).click();
    await page.getByText("new-billing is at 12.5% in Production.").waitFor();
    expect(await server.targeting("production", "new-billing")).toMatchObject({
      on: true,
      rollout: { threshold: 12_500 },
    });
    expect(await server.targeting("staging", "new-billing")).toMatchObject({ on: false });

    await page.getByRole("button", { name: "Undo" }).last().click();
    await page.getByText("new-billing is at 0% in Production.").waitFor();
    expect(await server.targeting("production", "new-billing")).toMatchObject({
      rollout: { threshold: 0 },
    });
  });

  it("refuses a key that is taken, beside the key", async () => {
    await makeFlag("taken");
    const page = await open({ expected: /409/ });
    await signIn(page, server.token);
    await page.getByRole("button", { name: "New flag" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New flag" });
    await dialog.getByLabel("Key").fill("taken");
    await dialog.getByRole("button", { name: "Create flag" }).click();
    await dialog.getByText("already has a flag with this key").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
  });

  it("shows what others change without being asked to", async () => {
    const flag = await makeFlag("watched");
    const page = await open();
    await signIn(page, server.token);
    await isLive(page);

    await server.target("production", flag, { on: true, rollout: { threshold: 25_000 } });
    await row(page, flag).getByText("25%").waitFor();
    expect(await onSwitch(page, flag).isChecked()).toBe(true);

    await makeFlag("made-by-another");
    await row(page, "made-by-another").waitFor();

    await server.api("POST", `/projects/default/flags/${flag}/archive`, {});
    await row(page, flag).waitFor({ state: "detached" });
  });

  it("takes a change back that came too late, and shows the one that came first", async () => {
    const flag = await makeFlag("contested");
    const page = await open();
    // No news reach this page, as when its connection has just been lost.
    await page.routeWebSocket(/stream/, () => {});
    await signIn(page, server.token);
    await row(page, flag).waitFor();

    await server.target("production", flag, { on: true, rollout: { threshold: 5_000 } });
    await onSwitch(page, flag).press("Space");
    await page.getByText("Somebody else changed contested in Production first").waitFor();
    await row(page, flag).getByText("5%").waitFor();
    expect(await onSwitch(page, flag).isChecked()).toBe(true);
    await picture(page, "conflict");
    expect(await server.targeting("production", flag)).toMatchObject({ on: true });
  });

  it("takes a change back when the version it was made for is gone", async () => {
    const flag = await makeFlag("overtaken");
    const page = await open({ expected: /412/ });
    await page.routeWebSocket(/stream/, () => {});
    await signIn(page, server.token);
    // The first change leaves the page with a version; another client then overtakes it.
    await onSwitch(page, flag).press("Space");
    await page.getByText("overtaken is on in Production.").waitFor();
    await server.target("production", flag, { rollout: { threshold: 50_000 } });

    await onSwitch(page, flag).press("Space");
    await page.getByText("Somebody else changed overtaken in Production first").waitFor();
    await row(page, flag).getByText("50%").waitFor();
    expect(await onSwitch(page, flag).isChecked()).toBe(true);
  });

  it("finds flags by search and state, and keeps both in the address", async () => {
    await makeFlag("find-me", { name: "Find me" });
    await makeFlag("find-me-not", { name: "Find me not" });
    await server.target("production", "find-me", { on: true });
    const page = await open();
    await signIn(page, server.token);

    await page.keyboard.press("/");
    await page.keyboard.type("find me");
    await page.getByText("2 flags").first().waitFor();
    await page.getByRole("button", { name: "On", exact: true }).click();
    await row(page, "find-me-not").waitFor({ state: "detached" });
    await row(page, "find-me").waitFor();
    expect(new URL(page.url()).search).toBe("?q=find+me&state=on");

    await page.reload();
    await row(page, "find-me").waitFor();
    expect(await row(page, "find-me-not").count()).toBe(0);

    await page.getByText("Staging", { exact: true }).click();
    await page.getByText("No flag matches").waitFor();
    await picture(page, "no-match");
    await page.getByRole("button", { name: "Clear search and filter" }).click();
    await row(page, "find-me-not").waitFor();
  });

  it("says when the server is away, and recovers by itself", async () => {
    const flag = await makeFlag("patient");
    const page = await open({ expected: /WebSocket|ERR_CONNECTION|50\d/ });
    await signIn(page, server.token);
    await isLive(page);
    // What shows messages comes once the page has come to rest.
    await page.locator(".mantine-Notifications-root").first().waitFor({ state: "attached" });

    await server.pause();
    await page.getByText("Reconnecting").waitFor();
    await onSwitch(page, flag).press("Space");
    await page.getByText("patient was not changed: the server did not answer.").waitFor();
    expect(await onSwitch(page, flag).isChecked()).toBe(false);
    await picture(page, "server-away");

    await server.resume();
    // The next try by itself may be half a minute away, or may have succeeded already.
    const retry = page.getByRole("status").getByRole("button", { name: "Reconnecting" });
    await retry.evaluateAll((buttons) => {
      for (const button of buttons) {
        (button as HTMLElement).click();
      }
    });
    await isLive(page);
    await page.getByText("The server cannot be reached").waitFor({ state: "detached" });
    await server.target("production", flag, { on: true });
    await expect.poll(() => onSwitch(page, flag).isChecked(), { timeout: 10_000 }).toBe(true);
  }, 60_000);
});

describe("the look", () => {
  const sizes = [
    [360, 740],
    [390, 844],
    [1280, 800],
    [2560, 1440],
    [3840, 2160],
  ] as const;

  it.each(["light", "dark"] as const)(
    "is sound in %s at every width",
    async (colorScheme) => {
      const day = (days: number) =>
        new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
      for (const [key, name, body] of [
        [
          "new-checkout",
          "New checkout",
          { kind: "experiment", tags: ["checkout", "q4"], expires_on: day(40) },
        ],
        ["due-soon", "Due soon", { owner: "Team Billing", expires_on: day(5) }],
        ["sso", "SAML single sign-on", { kind: "permission", tags: ["enterprise"] }],
      ] as const) {
        await makeFlag(`${key}-${colorScheme}`, { name, ...body });
      }
      const page = await open({ colorScheme });
      await signIn(page, server.token);
      await row(page, `sso-${colorScheme}`).waitFor();
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(overflow, `at ${width} pixels`).toBeLessThanOrEqual(0);
        expect(await accessibilityFaults(page), `at ${width} pixels`).toEqual([]);
        await picture(page, `flags-${width}-${colorScheme}`);
      }
      await page.setViewportSize({ width: 390, height: 844 });
      // Of a list only what is near the screen is in the page.
      await page.getByRole("searchbox").fill(`sso-${colorScheme}`);
      await rollout(page, `sso-${colorScheme}`).click();
      await page.getByLabel("Percent of tenants").waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await picture(page, `rollout-390-${colorScheme}`);
    },
    60_000,
  );

  it("keeps the colour scheme that was chosen", async () => {
    const page = await open({ colorScheme: "light" });
    await signIn(page, server.token);
    const canvas = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await canvas();
    await page.getByRole("button", { name: "Colour scheme" }).click();
    await page.getByRole("menuitemradio", { name: "Dark" }).click();
    await expect.poll(canvas).not.toBe(light);
    const dark = await canvas();
    await page.reload();
    await page.getByRole("heading", { name: "Flags", exact: true }).waitFor();
    expect(await canvas()).toBe(dark);
  });

  it("comes in less than 250 kB", async () => {
    const page = await open();
    await signIn(page, server.token);
    await page.reload();
    await page.getByRole("heading", { name: "Flags", exact: true }).waitFor();
    await page.getByText("All", { exact: true }).first().waitFor();
    await isLive(page);
    // What was asked for until then is the first load; messages and the like come later.
    const sizes = await page.evaluate(() => {
      const now = performance.now();
      return [
        ...performance.getEntriesByType("navigation"),
        ...performance.getEntriesByType("resource"),
      ]
        .map((it) => it as PerformanceResourceTiming)
        .filter((it) => !it.name.includes("/api/") && it.startTime < now)
        .map((it) => it.encodedBodySize);
    });
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(50_000);
    expect(total).toBeLessThan(250_000);
  });

  it("is served under a policy that admits nothing foreign and no inline script", async () => {
    const answer = await fetch(server.url + FLAGS, { headers: { Accept: "text/html" } });
    const policy = answer.headers.get("Content-Security-Policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(await answer.text()).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });
});

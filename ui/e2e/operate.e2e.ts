/** The audit log, the connected SDKs and the settings, against a real server and a real stream. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { accessibilityFaults, picture, signIn } from "./browser";
import { HOSTILE, PLANTED } from "./corpus";
import { stage } from "./stage";
import { StreamClient } from "./stream-client";

const world = stage();
const PROJECT = "/projects/default";
const AUDIT = `${PROJECT}/audit`;
const SDKS = `${PROJECT}/environments/production/sdks`;
const TOKENS = `${PROJECT}/settings/tokens`;

let clients: StreamClient[] = [];
afterEach(() => {
  for (const client of clients) {
    client.end();
  }
  clients = [];
});

async function enter(path: string, options?: Parameters<typeof world.open>[0]): Promise<Page> {
  const page = await world.open(options);
  await signIn(page, world.server.token);
  await page.goto(path);
  return page;
}

async function makeToken(name: string): Promise<string> {
  const body = { type: "sdk", name, environment: "production" };
  const { secret } = await world.server.api("POST", `${PROJECT}/tokens`, body);
  return secret;
}

async function connect(secret: string, sdk: string): Promise<StreamClient> {
  const client = await StreamClient.connect(world.server.url, secret, sdk);
  clients.push(client);
  return client;
}

const token = (page: Page, name: string) => page.locator(`[data-token="${name}"]`);
const entry = (page: Page, action: string) => page.locator(`[data-action="${action}"]`);

describe("the audit log", () => {
  it("is filtered, tells each change field by field, and is exported as filtered", async () => {
    await world.server.api("POST", `${PROJECT}/flags`, { key: "audited" });
    await world.server.target("staging", "audited", { on: true, rollout: { threshold: 25_000 } });
    await world.server.api(
      "POST",
      `${PROJECT}/environments/production/flags/audited/targeting/kill`,
      { tenant: "acme", reason: "Their import breaks" },
    );
    const page = await enter(AUDIT);
    await entry(page, "project.create").waitFor();
    await page.getByRole("button", { name: "More filters" }).click();
    await page.getByLabel("Flag").fill("audited");
    await page.keyboard.press("Enter");
    await entry(page, "project.create").waitFor({ state: "detached" });
    await entry(page, "flag.create").waitFor();
    expect(new URL(page.url()).searchParams.get("flag")).toBe("audited");

    await entry(page, "flag.kill").click();
    const drawer = page.getByRole("dialog", { name: /^Entry / });
    await drawer.getByText("Their import breaks").waitFor();
    await drawer.getByText("1 tenant added:").waitFor();
    await drawer.getByText("acme", { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, "audit-entry");
    const link = page.url();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "hidden" });

    await entry(page, "targeting.update").getByRole("button").click();
    await drawer.getByText("Is 25%").waitFor();
    await page.goto(link);
    await drawer.getByText("Their import breaks").waitFor();
    await page.keyboard.press("Escape");

    const [file] = await Promise.all([
      page.waitForEvent("download"),
      (async () => {
        await page.getByRole("button", { name: "Export" }).click();
        await page.getByRole("menuitem", { name: "NDJSON of what is filtered" }).click();
      })(),
    ]);
    const lines = (await readFile(await file.path(), "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).action)).toEqual([
      "flag.kill",
      "targeting.update",
      "flag.create",
    ]);
  });

  it("is searched by target, words and time, each in the address; an entry has its own link", async () => {
    await world.server.api("POST", `${PROJECT}/tenants`, { key: "sought", name: "Sought" });
    await world.server.api("POST", `${PROJECT}/flags`, { key: "kept" });
    const kill = `${PROJECT}/environments/production/flags/kept/targeting/kill`;
    await world.server.api("POST", kill, { tenant: "sought", reason: "Their export stalls" });
    const page = await enter(AUDIT, { expected: /404/ });
    await page.getByLabel("Search target, person or reason").fill("EXPORT STALLS");
    await entry(page, "tenant.create").waitFor({ state: "detached" });
    await entry(page, "flag.kill").waitFor();
    expect(new URL(page.url()).searchParams.get("q")).toBe("EXPORT STALLS");

    await page.goto(`${AUDIT}?target=tenant/sought`);
    await entry(page, "tenant.create").waitFor();
    expect(await page.locator("[data-seq]").count()).toBe(1);
    expect(await page.getByLabel("To what").inputValue()).toBe("tenant/sought");
    await picture(page, "audit-filters");
    expect(await accessibilityFaults(page)).toEqual([]);

    // The field is in the reader's own time, the address is not.
    await page.getByLabel("Before").fill("2020-02-03T04:05");
    await page.keyboard.press("Enter");
    await page.getByText("No entry matches").waitFor();
    const before = new URL(page.url()).searchParams.get("to");
    expect(before).toMatch(/^2020-02-0\dT\d\d:05:00\.000Z$/);
    await page.goto(`${AUDIT}?target=tenant/sought&from=${before}`);
    await entry(page, "tenant.create").waitFor();

    // What a tenant gets leads to the entry that made it so.
    await page.goto(`${PROJECT}/environments/production/tenants/sought`);
    const drawer = page.getByRole("dialog", { name: /^Entry / });
    await page
      .locator('[data-flag="kept"]')
      .getByRole("link", { name: /bootstrap/ })
      .click();
    await drawer.getByText("kept").first().waitFor();
    expect(new URL(page.url()).pathname).toBe(AUDIT);
    await page.goto(`${AUDIT}?actor=nobody&entry=1`);
    await drawer.getByText("Made the project").waitFor();
    await page.goto(`${AUDIT}?entry=99999`);
    await page.getByText("No such entry").waitFor();
  });

  it("grows under the reader's eyes, and is verified in words", async () => {
    const page = await enter(AUDIT);
    await entry(page, "project.create").waitFor();
    await world.server.api("PATCH", PROJECT, { name: "Default, renamed" });
    await entry(page, "project.update").waitFor();
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText("The log is intact").waitFor();
    const { entries, head } = await world.server.api("GET", `${AUDIT}/verify`);
    await page.getByText(`All ${entries} entries are what was written`).waitFor();
    await page.getByText(head).waitFor();
    await picture(page, "audit-verified");
  });
});

describe("the SDKs", () => {
  it("are told apart by version, revision and staleness, as they are", async () => {
    const page = await enter(SDKS);
    await page.getByText("No SDK is connected").waitFor();
    await picture(page, "sdks-empty");
    const secret = await makeToken("billing");
    const first = await connect(secret, "tenantry-rust/0.1.0");
    const second = await connect(secret, "tenantry-go/2.0.0");
    await page.getByText("All 2 SDKs serve it").waitFor();
    await page.getByRole("button", { name: "tenantry-go/2.0.0: 1" }).click();
    await page.locator('[data-sdk="tenantry-rust/0.1.0"]').waitFor({ state: "detached" });
    await page.getByRole("button", { name: "All: 2" }).click();

    second.confirms = false;
    await world.server.api("POST", `${PROJECT}/flags`, { key: "silence" });
    await world.server.target("production", "silence", { on: true });
    await page.getByText("1 of 2 SDKs serve it").waitFor();
    await page
      .locator('[data-sdk="tenantry-go/2.0.0"]')
      .getByText(/^Owes an answer/)
      .waitFor();
    await page
      .locator('[data-sdk="tenantry-go/2.0.0"]')
      .getByText(/behind$/)
      .waitFor();
    expect(first.revision).toBeGreaterThan(second.revision);
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, "sdks-one-silent");
    second.end();
    // Lost, and soon forgotten: it said no goodbye.
    await page
      .locator('[data-sdk="tenantry-go/2.0.0"][data-state="owes"]')
      .waitFor({ state: "detached", timeout: 30_000 });
  }, 60_000);

  it("show which flags they ask for in vain, and how to mend that", async () => {
    await world.server.api("POST", `${PROJECT}/flags`, { key: "in-use" });
    const client = await connect(await makeToken("vain"), "tenantry-rust/0.1.0");
    await expect.poll(() => client.revision).toBeGreaterThan(0);
    client.ask("in-use", "acme", 5);
    client.askInVain("old-checkout", 7);
    const page = await enter(SDKS);
    const unknown = page.locator('[data-unknown="old-checkout"]');
    await unknown.getByText("vain (tenantry-rust/0.1.0)").waitFor({ timeout: 20_000 });
    await unknown.getByRole("button", { name: /^How to mend it.*old-checkout$/ }).click();
    const dialog = page.getByRole("dialog", { name: "Nobody made old-checkout" });
    await dialog.getByText("tenantry scan --fail-on-unknown").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, "unknown-flag");
    await dialog.getByRole("button", { name: "Make the flag" }).click();
    const form = page.getByRole("dialog", { name: "New flag" });
    expect(await form.getByLabel("Key").inputValue()).toBe("old-checkout");
    await form.getByRole("button", { name: "Create flag" }).click();
    await form.waitFor({ state: "hidden" });
    await unknown.waitFor({ state: "detached" });

    const inUse = `${PROJECT}/environments/production/flags/in-use`;
    await expect
      .poll(async () => (await world.server.api("GET", `${inUse}/usage`)).steps.length, {
        timeout: 30_000,
      })
      .toBe(1);
    await page.goto(`${inUse}?tab=usage`);
    await page.getByText("5 answers: 5 on, 0 off").waitFor();
    await page.locator("svg.recharts-surface").first().waitFor();
    expect(await page.title()).toBe("Usage · in-use · Production · Tenantry");
  });
});

describe("tokens", () => {
  it("show their secret once, and end their streams when they are revoked", async () => {
    const page = await enter(TOKENS);
    await page.getByRole("button", { name: "New token" }).first().click();
    const form = page.getByRole("dialog", { name: "New token" });
    await form.getByLabel("Name").fill("checkout");
    await form.getByRole("combobox", { name: "Environment" }).click();
    await page.getByRole("option", { name: "Production" }).click();
    expect(await accessibilityFaults(page)).toEqual([]);
    await form.getByRole("button", { name: "Create token" }).click();
    const shown = page.getByRole("dialog", { name: "The token checkout" });
    const secret = await shown.locator("[data-secret]").innerText();
    expect(secret).toMatch(/^tnry_sdk_[0-9A-Za-z]{36}$/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await shown.getByRole("button", { name: "I have stored it" }).click();
    await shown.waitFor({ state: "hidden" });
    await token(page, "checkout").waitFor();
    await page.reload();
    await token(page, "checkout").waitFor();
    expect(await page.content()).not.toContain(secret);

    const client = await connect(secret, "tenantry-rust/0.1.0");
    await expect.poll(() => client.revision, { timeout: 10_000 }).toBeGreaterThan(-1);
    await page.getByRole("button", { name: "Rotate checkout" }).click();
    await page.getByRole("button", { name: "Make a new secret" }).click();
    const rotated = page.getByRole("dialog", { name: "The new secret of checkout" });
    const newSecret = await rotated.locator("[data-secret]").innerText();
    expect(newSecret).not.toBe(secret);
    await rotated.getByRole("button", { name: "I have stored it" }).click();
    await token(page, "checkout").getByText("The old secret works until").waitFor();

    await page.getByRole("button", { name: "Revoke checkout" }).click();
    const question = page.getByRole("dialog", { name: "Revoke checkout?" });
    expect(await accessibilityFaults(page)).toEqual([]);
    await question.getByRole("button", { name: "Revoke token" }).click();
    await page.getByText("checkout is revoked.").waitFor();
    expect(await client.closed).toBe(4401);
    await token(page, "checkout").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "All", exact: true }).click();
    await token(page, "checkout").getByText("Revoked").waitFor();
  });

  it("that are revoked end the session of whoever signed in with them", async () => {
    const body = { type: "usr", name: "ada" };
    const { secret, id } = await world.server.api("POST", `${PROJECT}/tokens`, body);
    const page = await world.open({ expected: /401|WebSocket/ });
    await signIn(page, secret);
    await page.goto(AUDIT);
    await entry(page, "token.create").first().waitFor();
    await world.server.api("DELETE", `${PROJECT}/tokens/${id}`);
    await page.getByText("Your session has ended").waitFor();
  });
});

describe("the settings", () => {
  it("make and rename environments, and the project", async () => {
    const page = await enter(`${PROJECT}/settings/environments`);
    await page.getByRole("button", { name: "New environment" }).click();
    const form = page.getByRole("dialog", { name: "New environment" });
    await form.getByLabel("Name").fill("Load test");
    expect(await form.getByLabel("Key").inputValue()).toBe("load-test");
    await form.getByRole("button", { name: "Create environment" }).click();
    const made = page.locator('[data-environment="load-test"]');
    await made.waitFor();
    await page.getByRole("button", { name: "Rename Load test" }).click();
    const rename = page.getByRole("dialog", { name: "Rename" });
    await rename.getByLabel("Name").fill("Load");
    await rename.getByRole("button", { name: "Save" }).click();
    await made.getByText("Load", { exact: true }).waitFor();

    await page.getByRole("link", { name: "General" }).click();
    await page.getByLabel("Project name").fill("Shop");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The project was renamed.").waitFor();
    expect(await world.server.api("GET", PROJECT)).toMatchObject({ name: "Shop" });
    await page.getByRole("link", { name: "API reference" }).waitFor();
  });

  it("keep whom to tell, and name the address that is none", async () => {
    const page = await enter(`${PROJECT}/settings/notifications`, { expected: /422/ });
    await page.getByText("This server tells nobody").waitFor();
    await page.getByRole("button", { name: "Add an owner" }).click();
    await page.getByLabel("Owner", { exact: true }).fill("team-billing");
    await page.getByRole("combobox", { name: "Mail addresses" }).fill("no address");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").first().waitFor();
    await page.getByRole("combobox", { name: "Mail addresses" }).press("Backspace");
    await page.getByRole("combobox", { name: "Mail addresses" }).fill("billing@example.com");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.", { exact: true }).waitFor();
    expect(await world.server.api("GET", `${PROJECT}/notifications/settings`)).toMatchObject({
      owners: { "team-billing": ["billing@example.com"] },
    });
  });
});

describe("the look of operations", () => {
  it.each(["light", "dark"] as const)(
    "is sound in %s, whatever things are called",
    async (colorScheme) => {
      for (const [index, name] of HOSTILE.entries()) {
        await makeToken(name);
        await world.server.api("POST", `${PROJECT}/environments`, {
          key: `hostile-${colorScheme}-${index}`,
          name,
        });
      }
      await world.server.api("PATCH", PROJECT, { name: HOSTILE[0] });
      await connect(await makeToken(HOSTILE[1]), HOSTILE[2]);
      const page = await enter(AUDIT, { colorScheme });
      // Each with what is there once it is read.
      const pages = {
        audit: [AUDIT, "[data-seq]"],
        sdks: [SDKS, "[data-sdk]"],
        "settings-general": [`${PROJECT}/settings`, "main form"],
        "settings-environments": [`${PROJECT}/settings/environments`, "[data-environment]"],
        "settings-tokens": [TOKENS, "[data-token]"],
        "settings-notifications": [`${PROJECT}/settings/notifications`, "main form"],
        "settings-session": [`${PROJECT}/settings/session`, "main dl"],
      } as const;
      for (const [width, height] of [
        [390, 844],
        [1280, 800],
        [2560, 1440],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const [name, [path, ready]] of Object.entries(pages)) {
          await page.goto(path);
          await page.locator(ready).first().waitFor();
          expect(await accessibilityFaults(page), `${path} at ${width}`).toEqual([]);
          expect(await page.locator(PLANTED).count(), path).toBe(0);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect(overflow, `${path} at ${width}`).toBeLessThanOrEqual(0);
          await picture(page, `${name}-${width}-${colorScheme}`);
        }
      }
    },
    180_000,
  );
});

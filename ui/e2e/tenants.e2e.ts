/** The roster, a tenant's facts and two tenants beside each other, against a real server. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { accessibilityFaults, picture, signIn } from "./browser";
import { HOSTILE, PLANTED } from "./corpus";
import { stage } from "./stage";

const world = stage();
const ROSTER = "/projects/default/tenants";
const PRODUCTION = "/projects/default/environments/production";

async function enter(path: string, options?: Parameters<typeof world.open>[0]): Promise<Page> {
  const page = await world.open(options);
  await signIn(page, world.server.token);
  await page.goto(path);
  return page;
}

const row = (page: Page, key: string) => page.locator(`[data-tenant="${key}"]`);
const fact = (page: Page, flag: string) => page.locator(`[data-flag="${flag}"]`);

async function makeTenants(lines: object[]): Promise<void> {
  const response = await fetch(`${world.server.url}/api/v1/projects/default/tenants/import`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${world.server.token}`,
      "Content-Type": "application/x-ndjson",
    },
    body: lines.map((line) => JSON.stringify(line)).join("\n"),
  });
  expect(response.status, await response.text()).toBe(200);
}

describe("the roster", () => {
  it("is imported whole or not at all, and each wrong line is named", async () => {
    const page = await enter(ROSTER, { expected: /422/ });
    await page.getByText("No tenants yet").waitFor();
    await picture(page, "tenants-empty");
    await page.getByRole("button", { name: "Import" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Import tenants" });
    await dialog
      .getByLabel("Tenants, one a line")
      .fill('{"key": "acme", "weight": 12}\n{"key": "globex", "weight": -1}\n{"nom": "x"}');
    await dialog.getByText("Read as NDJSON").waitFor();
    await dialog.getByRole("button", { name: "Import" }).click();
    const faults = dialog.getByRole("list", { name: "What is wrong" });
    await faults.getByText("must be a whole number, 0 or more, not -1").waitFor();
    await faults.getByText("Line 2").waitFor();
    await faults.getByText('{"key": "globex", "weight": -1}').waitFor();
    expect(await faults.getByText("Line 3").count()).toBe(2);
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, "tenants-import-faults");
    expect(await world.server.api("GET", "/projects/default/tenants")).toMatchObject({ total: 0 });

    const folder = await mkdtemp(join(tmpdir(), "tenantry-import-"));
    const file = join(folder, "customers.csv");
    await writeFile(
      file,
      "key,name,weight,attributes.plan,attributes.seats:number\n" +
        "acme,Acme Corp,1200,enterprise,50\nglobex,Globex,300,team,\n",
    );
    await dialog.getByText("Choose a file", { exact: true }).click();
    await dialog.locator("input[type=file]").setInputFiles(file);
    await dialog.getByText("customers.csv").waitFor();
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await page.getByText("2 tenants added, 0 changed, 0 as they were.").waitFor();
    await rm(folder, { recursive: true });
    await row(page, "acme").getByText("enterprise").waitFor();
    await row(page, "globex").getByText("300").waitFor();
  });

  it("is searched, sorted and filtered by its address", async () => {
    await makeTenants([
      { key: "find-a", name: "Find A", weight: 1, attributes: { tier: "gold" } },
      { key: "find-b", name: "Find B", weight: 9, attributes: { tier: "iron" } },
    ]);
    const page = await enter(`${ROSTER}?q=find&sort=-weight&columns=%5B%22tier%22%5D`);
    await row(page, "find-a").waitFor();
    const keys = () =>
      page
        .locator("[data-tenant]")
        .evaluateAll((rows) => rows.map((it) => it.getAttribute("data-tenant")));
    expect(await keys()).toEqual(["find-b", "find-a"]);
    await page.getByRole("button", { name: "Weight", exact: true }).click();
    await expect.poll(keys).toEqual(["find-a", "find-b"]);
    await row(page, "find-b").getByRole("button", { name: "iron" }).click();
    await row(page, "find-a").waitFor({ state: "detached" });
    await page.getByText("tier is iron").waitFor();
    await page.reload();
    await row(page, "find-b").waitFor();
    expect(await keys()).toEqual(["find-b"]);
    await page.getByRole("button", { name: "Clear this filter" }).click();
    await row(page, "find-a").waitFor();
  });

  it("shows what others add, without being asked to", async () => {
    const page = await enter(`${ROSTER}?q=newcomer`);
    await page.getByText("No tenant matches").waitFor();
    await makeTenants([{ key: "newcomer" }]);
    await row(page, "newcomer").waitFor();
  });

  it("has few of its many rows in the page, and leads to the very last by keyboard", async () => {
    const count = 6_000;
    const key = (index: number) => `many-${String(index).padStart(5, "0")}`;
    await makeTenants(Array.from({ length: count }, (_, index) => ({ key: key(index) })));
    const page = await enter(`${ROSTER}?q=many-`);
    const grid = page.getByRole("grid", { name: "Tenants" });
    await row(page, key(0)).waitFor();
    expect(await grid.getAttribute("aria-rowcount")).toBe(String(count + 1));
    expect(await page.locator("[data-tenant]").count()).toBeLessThan(80);

    await row(page, key(0)).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focused(page)).toBe(key(1));
    await page.keyboard.press("End");
    await expect.poll(() => focused(page), { timeout: 20_000 }).toBe(key(count - 1));
    expect(await row(page, key(count - 1)).getAttribute("aria-rowindex")).toBe(String(count + 1));
    expect(await page.locator("[data-tenant]").count()).toBeLessThan(80);
    await page.keyboard.press("Home");
    await expect.poll(() => focused(page)).toBe(key(0));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: key(0) }).waitFor();
  }, 60_000);
});

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute("data-tenant"));

describe("a tenant", () => {
  it("gets flags for reasons that are told, and can be taken out of one at once", async () => {
    await makeTenants([{ key: "support", name: "Support Ltd", attributes: { plan: "team" } }]);
    for (const flag of ["facts-on", "facts-off"]) {
      await world.server.api("POST", "/projects/default/flags", { key: flag });
    }
    await world.server.target("production", "facts-on", {
      on: true,
      rollout: { threshold: 100_000 },
    });
    const page = await enter(`${PRODUCTION}/tenants/support`);
    await page.getByRole("heading", { name: "Support Ltd" }).waitFor();
    await fact(page, "facts-on").getByText("The rollout is at 100 %").waitFor();
    await fact(page, "facts-on").getByText("On", { exact: true }).waitFor();
    await fact(page, "facts-off").getByText("The flag is switched off").waitFor();
    await fact(page, "facts-on").getByText("by bootstrap").waitFor();

    await page.getByRole("button", { name: "Off", exact: true }).click();
    await fact(page, "facts-on").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "All", exact: true }).click();

    const [file] = await Promise.all([
      page.waitForEvent("download"),
      (async () => {
        await page.getByRole("button", { name: "Export" }).click();
        await page.getByRole("menuitem", { name: "CSV, for spreadsheets and tickets" }).click();
      })(),
    ]);
    expect(file.suggestedFilename()).toBe("support-production-flags.csv");
    const csv = await readFile(await file.path(), "utf8");
    expect(csv).toMatch(/^flag,on,variant,reason/);
    expect(csv).toContain("facts-on,true");

    await page.getByRole("button", { name: "Switch off facts-on for support" }).click();
    const dialog = page.getByRole("dialog", { name: "Switch facts-on off for Support Ltd?" });
    await dialog.getByLabel("Reason").fill("Their import breaks");
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Switch off for this tenant" }).click();
    await page.getByText("No SDK is connected to this environment").waitFor();
    await picture(page, "tenant-killed");
    await page.getByRole("button", { name: "Done" }).click();
    await fact(page, "facts-on").getByText("Off", { exact: true }).waitFor();
    await fact(page, "facts-on").getByText("Their import breaks").waitFor();
    expect(await world.server.targeting("production", "facts-on")).toMatchObject({ on: true });
  });

  it("is answered although nobody put it onto the roster", async () => {
    const page = await enter(`${PRODUCTION}/tenants/stranger%2Fwith%20slash`, { expected: /404/ });
    await page.getByText("Not on the roster.").waitFor();
    const entry = page
      .getByRole("navigation", { name: "Main" })
      .getByRole("link", { name: "Tenants" });
    expect(await entry.getAttribute("aria-current")).toBe("page");
    await page.getByRole("button", { name: "Add it to the roster" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a tenant" });
    await dialog.getByLabel("Name", { exact: true }).fill("Stranger");
    await dialog.getByRole("button", { name: "Add tenant" }).click();
    await page.getByRole("heading", { name: "Stranger" }).waitFor();
  });

  it("is not overwritten by whoever saves second", async () => {
    await makeTenants([{ key: "edited", name: "Before" }]);
    const page = await enter(`${PRODUCTION}/tenants/edited`, { expected: /412/ });
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Edit edited" });
    await dialog.getByLabel("Name", { exact: true }).fill("Mine");
    await makeTenants([{ key: "edited", name: "Theirs" }]);
    await world.server.api(
      "PATCH",
      "/projects/default/tenants/edited",
      { name: "Theirs indeed" },
      { "If-Match": "*" },
    );
    await dialog.getByText("bootstrap changed this tenant while you were editing").waitFor();
    expect(await dialog.getByLabel("Name", { exact: true }).inputValue()).toBe("Mine");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("Somebody else changed it in the meantime").waitFor();
    expect(await world.server.api("GET", "/projects/default/tenants/edited")).toMatchObject({
      name: "Theirs indeed",
    });
    await dialog.getByRole("button", { name: "Show the newest state" }).click();
    await expect
      .poll(() => dialog.getByLabel("Name", { exact: true }).inputValue())
      .toBe("Theirs indeed");
    await dialog.getByLabel("Name", { exact: true }).fill("Both");
    await dialog.getByRole("button", { name: "Add an attribute" }).click();
    await dialog.getByLabel("Name of the attribute").fill("plan");
    await dialog.getByLabel("Value of the attribute").fill("team");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("edited was saved.").waitFor();
    await page.getByRole("heading", { name: "Both" }).waitFor();
    expect(await world.server.api("GET", "/projects/default/tenants/edited")).toMatchObject({
      name: "Both",
      attributes: { plan: "team" },
    });
  });

  it("leaves the roster only after a question", async () => {
    await makeTenants([{ key: "leaving" }]);
    const page = await enter(`${PRODUCTION}/tenants/leaving`);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Remove from the roster" }).click();
    await page.getByRole("button", { name: "Remove tenant" }).click();
    await page.getByText("leaving is off the roster.").waitFor();
    await page.getByRole("heading", { name: "Tenants", exact: true }).waitFor();
  });

  it("is compared with another: what differs, and why", async () => {
    await world.server.api("POST", "/projects/default/flags", { key: "only-left" });
    await world.server.target("production", "only-left", { on: true });
    await world.server.api("POST", `${PRODUCTION}/flags/only-left/targeting/allow`, {
      tenants: ["left-corp"],
    });
    await makeTenants([
      { key: "left-corp", name: "Left Corp" },
      { key: "right-corp", name: "Right Corp" },
    ]);
    const page = await enter(`${PRODUCTION}/compare?left=left-corp`);
    await page.getByText("Choose two tenants").waitFor();
    await page.getByRole("combobox", { name: "Second tenant" }).fill("right");
    await page.getByRole("option", { name: "Right Corp right-corp" }).click();
    const differing = fact(page, "only-left");
    await differing.getByText("The tenant is in the allow list").waitFor();
    expect(new URL(page.url()).searchParams.get("right")).toBe("right-corp");
    await page.getByRole("button", { name: "All flags" }).click();
    await expect.poll(() => page.locator("[data-differs]").count()).toBeGreaterThan(1);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

describe("the look of tenants", () => {
  it.each(["light", "dark"] as const)(
    "is sound in %s, whatever tenants are called",
    async (colorScheme) => {
      const hostile = HOSTILE.map((text, index) => ({
        key: `hostile-${index}`,
        name: text,
        attributes: { [text.slice(0, 40)]: text, plan: text },
      }));
      await makeTenants([...hostile, { key: HOSTILE[0] }]);
      const page = await enter(`${ROSTER}?q=hostile`, { colorScheme });
      await page.getByText(HOSTILE[0], { exact: true }).first().waitFor();
      for (const [width, height] of [
        [390, 844],
        [1280, 800],
        [2560, 1440],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const path of [
          `${ROSTER}?q=hostile`,
          `${PRODUCTION}/tenants/hostile-0`,
          `${PRODUCTION}/compare?left=hostile-0&right=${encodeURIComponent(HOSTILE[0])}&all=true`,
        ]) {
          await page.goto(path);
          await page.locator("[data-tenant], [data-flag]").first().waitFor();
          expect(await accessibilityFaults(page), `${path} at ${width}`).toEqual([]);
          expect(await page.locator(PLANTED).count(), path).toBe(0);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect(overflow, `${path} at ${width}`).toBeLessThanOrEqual(0);
          const name = path.includes("compare")
            ? "compare"
            : path.includes("tenants/")
              ? "tenant"
              : "tenants";
          await picture(page, `${name}-${width}-${colorScheme}`);
        }
      }
    },
    120_000,
  );
});

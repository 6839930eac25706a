/** Rollouts in stages: planned, watched, taken back. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { accessibilityFaults, picture, signIn } from "./browser";
import { HOSTILE, PLANTED } from "./corpus";
import { stage } from "./stage";

const at = stage();
const ENVIRONMENT = "/projects/default/environments/production";
const TENANTS = 40;

const address = (flag: string, search = "") => `${ENVIRONMENT}/flags/${flag}/rollout${search}`;
const plan = (flag: string) => `${ENVIRONMENT}/flags/${flag}/plan`;
const track = (page: Page) => page.getByRole("list", { name: "Stages" });
const current = (page: Page) => track(page).locator('[aria-current="step"]');
const status = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** A flag of its own, and the roster, which all share. */
async function makeFlag(key: string, body: object = {}): Promise<string> {
  const { items } = await at.server.api("GET", "/projects/default/tenants?limit=1");
  if (items.length === 0) {
    for (let number = 0; number < TENANTS; number += 1) {
      const tenant = { key: `tenant-${number}`, weight: 10 + number };
      await at.server.api("POST", "/projects/default/tenants", tenant);
    }
  }
  await at.server.api("POST", "/projects/default/flags", { key, ...body });
  return key;
}

/** A plan of these shares of a percent, without a guard unless one is given. */
async function makePlan(flag: string, more: object = {}, percents = [10, 50, 100]) {
  const stages = percents.map((percent) => ({
    name: `${percent} %`,
    audience: { threshold: percent * 1000 },
    bake_minutes: 60,
  }));
  await at.server.api("PUT", plan(flag), { stages, ...more }, { "If-Match": "*" });
}

const command = (flag: string, name: string, body: object = {}) =>
  at.server.api("POST", `${plan(flag)}/${name}`, body);

/** Enters the next stage whatever it waits for, and waits until it has. */
async function advance(flag: string, to: number): Promise<void> {
  await command(flag, "approve", { override: true });
  await expect
    .poll(async () => (await at.server.api("GET", plan(flag))).stage, { timeout: 10_000 })
    .toBe(to);
}

const threshold = async (flag: string) =>
  (await at.server.targeting("production", flag)).rollout.threshold;

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name, exact: true }).click();
}

describe("a plan with a fault in it", () => {
  it("is written, started, stepped back by an alert and then by hand", async () => {
    const flag = await makeFlag("faulty");
    const page = await at.open({ expected: /422/ });
    await signIn(page, at.server.token);
    await page.goto(address(flag));

    await page.getByRole("button", { name: "Percentages" }).click();
    const preview = page.getByRole("region", { name: "Who comes in" });
    await preview.getByText(`${TENANTS} tenants on the roster`).waitFor();
    await preview.getByText(`${TENANTS} tenants, 100%`).waitFor();

    // What the server objects to stands at the field, and what is no number is not even sent.
    const second = page.getByRole("group", { name: "Stage 2" });
    await second.getByLabel("Percent").fill("0.5");
    await second.getByText("an earlier stage admits 1000 already: admit more").waitFor();
    await preview.getByText("Mend what is marked").waitFor();
    await second.getByLabel("Percent").fill("");
    await second.getByText("Enter a number.").waitFor();
    await second.getByLabel("Percent").fill("50");
    await second.getByLabel("Name").fill("half");
    await page.getByRole("button", { name: "Remove the stage 50 %" }).click();
    const first = page.getByRole("group", { name: "Stage 1" });
    await first.getByLabel("Percent").fill("20");
    await first.getByLabel("Name").fill("a fifth");
    await preview.getByText("half", { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, "rollout-editor");
    await page.getByRole("button", { name: "Save the plan" }).click();
    await page.getByText("The plan is saved.").waitFor();

    await page.getByRole("button", { name: "Start", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/tenants? of the roster come/).waitFor();
    await dialog.getByLabel("Reason").fill("The ledger is ready");
    await dialog.getByRole("button", { name: "Start", exact: true }).click();
    await current(page).getByText("a fifth").waitFor();
    expect(await threshold(flag)).toBe(20_000);

    await choose(page, "Approve anyway");
    await dialog.getByText("Only a freeze still keeps it back").waitFor();
    await dialog.getByRole("button", { name: "Approve anyway" }).click();
    await current(page).getByText("half").waitFor();
    expect(await threshold(flag)).toBe(50_000);

    const { items } = await at.server.api("POST", `${ENVIRONMENT}/alerts`, {
      alerts: [
        {
          status: "firing",
          labels: { alertname: "TooManyErrors", flag },
          annotations: { summary: "5 % of the invoices fail" },
          startsAt: "2999-01-01T00:00:00Z",
        },
      ],
    });
    expect(items).toMatchObject([{ effect: "acted" }]);
    await status(page, "Paused").getByText("The guard found harm.").waitFor();
    await page.getByText("Took half back").waitFor();
    await page.getByText("5 % of the invoices fail").first().waitFor();
    await current(page).getByText("a fifth").waitFor();
    expect(await threshold(flag)).toBe(20_000);

    // Who loses the flag is said before it is taken, and it is them who lose it.
    await page.getByRole("button", { name: "Step back" }).click();
    const loses = dialog.getByText(/tenants? of the roster loses? the flag/);
    const said = Number(/^\d+/.exec((await loses.textContent()) ?? "")?.[0]);
    const before = await at.server.api("GET", `${plan(flag)}/admissions`);
    expect(said).toBe(before.items.length);
    await dialog.getByText(before.items[0].tenant).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Step back" }).click();
    await page.getByText("Nobody of the roster has come in by this plan.").waitFor();
    expect(await threshold(flag)).toBe(0);
    await page.getByLabel("Also those that were taken back").check();
    await page
      .getByText(/^Taken back/)
      .first()
      .waitFor();
    expect(new URL(page.url()).searchParams.get("admissions")).toBe("all");
    await picture(page, "rollout-stepped-back");
  }, 60_000);
});

describe("a plan under way", () => {
  it("waits for an approval, and goes on with it", async () => {
    const flag = await makeFlag("approved");
    await at.server.api(
      "PUT",
      plan(flag),
      {
        stages: [
          { name: "some", audience: { threshold: 10_000 }, bake_minutes: 0, advance: "approval" },
          { name: "all", audience: { threshold: 100_000 }, bake_minutes: 60 },
        ],
      },
      { "If-Match": "*" },
    );
    await command(flag, "start");
    const page = await at.open();
    await signIn(page, at.server.token);
    await page.goto(address(flag));
    await page.getByText("somebody who approves").waitFor();

    await page.getByRole("button", { name: "Approve", exact: true }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Approve of all?" });
    await dialog.getByRole("button", { name: "Approve", exact: true }).press("Enter");
    await current(page).getByText("all", { exact: true }).waitFor();
    await page.getByRole("timer").first().waitFor();
    expect(await threshold(flag)).toBe(100_000);
  });

  it("is changed, but not what was entered, and not over somebody else's change", async () => {
    const flag = await makeFlag("changed");
    await makePlan(flag);
    await command(flag, "start");
    // The plan may decide something just while it is saved, which is told and tried again.
    const page = await at.open({ expected: /412/ });
    await signIn(page, at.server.token);
    await page.goto(address(flag));
    await choose(page, "Edit the plan");

    const first = page.getByRole("group", { name: "Stage 1" });
    const second = page.getByRole("group", { name: "Stage 2" });
    await first.getByText("Entered: its name and whom it admits stay.").waitFor();
    expect(await first.getByLabel("Name").count()).toBe(0);
    expect(await first.getByLabel("Bakes for").isDisabled()).toBe(false);
    await second.getByLabel("Percent").fill("30");
    await page.getByRole("region", { name: "Who comes in" }).getByText("50 %").waitFor();
    // A decision of the plan's own is no change of the document.
    await command(flag, "pause");
    await page.getByRole("button", { name: "Save the plan" }).click();
    await page.getByText("The plan is changed.").waitFor();
    const saved = await at.server.api("GET", plan(flag));
    expect(saved.plan.stages[1].audience).toEqual({ threshold: 30_000 });
    expect(saved.stage).toBe(0);

    await choose(page, "Edit the plan");
    await second.getByLabel("Name").fill("mine");
    const theirs = structuredClone(saved.plan);
    theirs.stages[1].name = "theirs";
    await at.server.api("PUT", plan(flag), theirs, { "If-Match": "*" });
    const alert = page
      .getByRole("alert")
      .filter({ hasText: "Somebody else has changed this plan" });
    await alert.waitFor({ timeout: 20_000 });
    expect(await second.getByLabel("Name").inputValue()).toBe("mine");
    expect(await page.getByRole("button", { name: "Save the plan" }).isDisabled()).toBe(true);
    await alert.getByRole("button", { name: "Discard mine, show theirs" }).click();
    await track(page).getByText("theirs").waitFor();
  }, 60_000);

  it("is told of what others do, and asks before what was written is lost", async () => {
    const flag = await makeFlag("followed");
    await makePlan(flag);
    const page = await at.open();
    await signIn(page, at.server.token);
    await page.goto(address(flag));
    await status(page, "Draft").waitFor();
    await command(flag, "start");
    await status(page, "Running").waitFor({ timeout: 20_000 });
    await advance(flag, 1);
    await current(page).getByText("50 %").waitFor();

    await choose(page, "Edit the plan");
    await page.getByRole("group", { name: "Stage 3" }).getByLabel("Name").fill("everyone");
    await page.getByRole("link", { name: "Rollouts" }).first().click();
    const dialog = page.getByRole("dialog", { name: "Discard what you wrote?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    const name = page.getByRole("group", { name: "Stage 3" }).getByLabel("Name");
    expect(await name.inputValue()).toBe("everyone");
    await page.getByRole("link", { name: "Rollouts" }).first().click();
    await dialog.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("heading", { name: "Rollouts" }).waitFor();
  });
});

describe("the rollouts of an environment", () => {
  it("are held, taken back and turned off from their list", async () => {
    const flag = await makeFlag("from-afar", { name: "From afar" });
    await makePlan(flag);
    await command(flag, "start");
    await advance(flag, 1);
    const page = await at.open();
    await signIn(page, at.server.token);
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.goto(`${ENVIRONMENT}/rollouts`);
    const row = page.getByRole("row").filter({ hasText: "from-afar" });
    await row.getByText("Running").waitFor();
    await row.getByRole("img", { name: "Stage 2 of 3: 50 %" }).waitFor();

    await page.getByRole("button", { name: `Pause: ${flag}` }).click();
    await row.getByText("Paused").waitFor();
    await page.getByRole("button", { name: `More: ${flag}` }).click();
    await page.getByRole("menuitem", { name: "Step back" }).click();
    const dialog = page.getByRole("dialog", { name: "Take 50 % back?" });
    await dialog.getByText(/of the roster loses? the flag/).waitFor();
    await dialog.getByRole("button", { name: "Step back" }).click();
    await row.getByRole("img", { name: "Stage 1 of 3: 10 %" }).waitFor();
    expect(await threshold(flag)).toBe(10_000);

    await page.getByRole("button", { name: `More: ${flag}` }).click();
    await page.getByRole("menuitem", { name: "Turn the flag off" }).click();
    const kill = page.getByRole("dialog", { name: "Turn the flag off, now?" });
    await kill.getByLabel("Reason").fill("Invoices are wrong");
    await kill.getByRole("button", { name: "Turn the flag off" }).click();
    await page.getByText("The flag is off.").waitFor();
    expect(await at.server.targeting("production", flag)).toMatchObject({ on: false });

    await page.getByText("Drafts", { exact: true }).click();
    await row.waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("show")).toBe("draft");
    await page.getByText("All", { exact: true }).click();
    await row.press("Enter");
    await page.waitForURL(`**${address(flag)}`);
  });
});

describe("text that others have stored", () => {
  it("stays text in the plan, its timeline and its list", async () => {
    const [name = "", second = "", third = ""] = HOSTILE;
    const flag = await makeFlag("hostile-plan", { name, owner: second });
    await at.server.api("POST", "/projects/default/tenants", { key: third, weight: 1 });
    await at.server.api(
      "PUT",
      plan(flag),
      {
        stages: HOSTILE.map((text, index) => ({
          name: text,
          audience: { cohort: { size: { tenants: 5 * (index + 1) } } },
        })),
        freezes: [
          { reason: second, tenants: [...HOSTILE], weekly: { from: "mon 00:00", to: "sun 23:59" } },
        ],
        guard: { metrics: ["errors"] },
      },
      { "If-Match": "*" },
    );
    await command(flag, "start", { reason: HOSTILE.join(" ") });
    await command(flag, "pause", { reason: name });
    const page = await at.open();
    page.on("dialog", () => expect.unreachable("a script of stored text ran"));
    await signIn(page, at.server.token);
    for (const [path, shown] of [
      [address(flag), `Stage 1 of ${HOSTILE.length}: ${name}`],
      [address(flag, "?edit=plan"), "Entered: its name and whom it admits stay."],
      [`${ENVIRONMENT}/rollouts`, name],
    ] as const) {
      await page.goto(path);
      await page.getByText(shown).first().waitFor();
      expect(await page.locator(PLANTED).count()).toBe(0);
      expect(await page.locator("body").isVisible()).toBe(true);
    }
  });
});

describe("the look of rollouts", () => {
  it.each(["light", "dark"] as const)(
    "is sound in %s at every width",
    async (colorScheme) => {
      const flag = await makeFlag(`looked-at-${colorScheme}`, { name: "New billing" });
      await makePlan(flag, {
        guard: { metrics: ["errors", "latency"] },
        freezes: [{ reason: "Weekend", weekly: { from: "sat 00:00", to: "mon 00:00" } }],
      });
      await command(flag, "start");
      await advance(flag, 1);
      const without = await makeFlag(`without-${colorScheme}`);
      const page = await at.open({ colorScheme });
      await signIn(page, at.server.token);
      for (const [name, path, ready] of [
        ["timeline", address(flag), "Who came in"],
        ["editor", address(flag, "?edit=plan"), "on the roster"],
        ["templates", address(without), "Small tenants first"],
        ["rollouts", `${ENVIRONMENT}/rollouts`, "New billing"],
      ] as const) {
        await page.goto(path);
        await page.getByText(ready).first().waitFor();
        for (const [width, height] of [
          [360, 740],
          [1280, 900],
          [2560, 1440],
        ] as const) {
          await page.setViewportSize({ width, height });
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect(overflow, `${name} at ${width} pixels`).toBeLessThanOrEqual(0);
          expect(await accessibilityFaults(page), `${name} at ${width} pixels`).toEqual([]);
          await picture(page, `rollout-${name}-${width}-${colorScheme}`);
        }
      }
    },
    90_000,
  );
});

/** What people do with more than one page, by keyboard alone, or against each other. */
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { faultsInBothSchemes, picture, signIn } from "./browser";
import { HOSTILE, PLANTED } from "./corpus";
import { stage } from "./stage";

// Nobody listens there: a plan may ask it all the same.
const at = stage("--prometheus-url", "http://127.0.0.1:9");
const PROJECT = "/projects/default";
const ENVIRONMENT = `${PROJECT}/environments/production`;
const MOST_STEPS = 120;

async function makeTenants(...keys: string[]): Promise<void> {
  for (const key of keys) {
    await at.server.api("POST", `${PROJECT}/tenants`, {
      key,
      attributes: { plan: key.endsWith("1") ? "enterprise" : "starter" },
    });
  }
}

/** Goes on by Tab until this has the focus, which must be seen then. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      const outline = await wanted.evaluate((element) => {
        const frame = element.closest(".mantine-TagsInput-input");
        const near = [element, element.parentElement, element.nextElementSibling, frame];
        return near.some((it) => it !== null && getComputedStyle(it).outlineStyle !== "none");
      });
      expect(outline, `${wanted} has the focus, and nothing shows it`).toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  expect.unreachable(`${wanted} is out of reach`);
}

describe("a flag's targeting", () => {
  it("is edited, looked at and saved by keyboard alone", async () => {
    await makeTenants("tenant-1", "tenant-2", "tenant-3");
    await at.server.api("POST", `${PROJECT}/flags`, { key: "by-keys", name: "By keys" });
    // A rule that is half written is refused.
    const page = await at.open({ expected: /422/ });
    await signIn(page, at.server.token);
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Search flags, tenants and pages" }).waitFor();
    await page.keyboard.type("by-keys");
    await page.getByRole("button", { name: /By keys/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "By keys", level: 1 }).waitFor();

    await tabTo(page, page.getByRole("switch", { name: "Switch" }));
    await page.keyboard.press("Space");
    await tabTo(page, page.getByRole("combobox", { name: "Add to the allow list" }));
    await page.keyboard.type("tenant-2");
    await page.keyboard.press("Enter");
    await page.getByText("1 tenant added.").waitFor();

    await tabTo(page, page.getByRole("button", { name: "Add a rule" }));
    await page.keyboard.press("Enter");
    const rule = page.getByRole("group", { name: "Rule 1", exact: true });
    await tabTo(page, rule.getByRole("textbox", { name: "Rule 1" }));
    await page.keyboard.type("The large ones");
    await tabTo(page, rule.getByRole("button", { name: /condition/i }));
    await page.keyboard.press("Enter");
    await tabTo(page, rule.getByRole("combobox", { name: "Attribute" }));
    await page.keyboard.type("plan");
    await page.keyboard.press("Escape");
    await tabTo(page, rule.getByRole("combobox", { name: "Values" }));
    await page.keyboard.type("enterprise");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");

    const preview = page.getByRole("complementary", { name: "What this would do" });
    // What programs pass with a call, a preview cannot know.
    await rule.getByText("the preview cannot count them").waitFor();
    await preview.getByText("1 of 3 tenants").waitFor();
    await tabTo(page, page.getByRole("textbox", { name: "Percent of tenants" }));
    await page.keyboard.press("Control+a");
    await page.keyboard.type("100");
    await preview.getByText("3 of 3 tenants").waitFor();

    await tabTo(page, page.getByRole("button", { name: "Review and save" }));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Save the targeting" });
    await tabTo(page, dialog.getByRole("textbox", { name: "Comment" }));
    await page.keyboard.type("Without a mouse");
    await tabTo(page, dialog.getByRole("button", { name: "Save", exact: true }));
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    expect(await at.server.targeting("production", "by-keys")).toMatchObject({
      on: true,
      allow: ["tenant-2"],
      rules: [{ description: "The large ones", effect: "on" }],
      rollout: { threshold: 100_000 },
    });
  }, 60_000);

  it("takes the flag from tenants of a plan under way only with consent", async () => {
    await makeTenants("demoted-1", "demoted-2");
    await at.server.api("POST", `${PROJECT}/flags`, { key: "promised" });
    const plan = `${ENVIRONMENT}/flags/promised/plan`;
    const stages = [
      { name: "most", audience: { threshold: 99_999 }, bake_minutes: 60 },
      { name: "all", audience: { threshold: 100_000 } },
    ];
    await at.server.api("PUT", plan, { stages }, { "If-Match": "*" });
    await at.server.api("POST", `${plan}/start`, {});
    await expect
      .poll(async () => (await at.server.targeting("production", "promised")).rollout.threshold)
      .toBe(99_999);

    const page = await at.open({ expected: /409/ });
    await signIn(page, at.server.token);
    await page.goto(`${ENVIRONMENT}/flags/promised`);
    await page.getByRole("textbox", { name: "Percent of tenants" }).fill("0");
    await page.getByRole("button", { name: "Review and save" }).click();
    const dialog = page.getByRole("dialog", { name: "Save the targeting" });
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await dialog.getByText("Tenants would lose the flag while a plan is under way").waitFor();
    expect(await dialog.getByRole("button", { name: "Save", exact: true }).isDisabled()).toBe(true);
    await picture(page, "demotion");
    expect(await at.server.targeting("production", "promised")).toMatchObject({
      rollout: { threshold: 99_999 },
    });
    await dialog.getByRole("checkbox", { name: "I mean to take the flag from them" }).check();
    expect(await faultsInBothSchemes(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(await at.server.targeting("production", "promised")).toMatchObject({
      rollout: { threshold: 0 },
    });
  });

  it("keeps what two people add to one list at the same time", async () => {
    await at.server.api("POST", `${PROJECT}/flags`, { key: "both" });
    const [one, other] = [await at.open(), await at.open()];
    for (const page of [one, other]) {
      await signIn(page, at.server.token);
      await page.goto(`${ENVIRONMENT}/flags/both`);
    }
    const add = async (page: Page, key: string) => {
      await page.getByRole("combobox", { name: "Add to the allow list" }).fill(key);
      await page.keyboard.press("Enter");
      await page.getByText("1 tenant added.").waitFor();
    };
    const save = async (page: Page) => {
      await page.getByRole("button", { name: "Review and save" }).click();
      const dialog = page.getByRole("dialog", { name: "Save the targeting" });
      await dialog.getByRole("button", { name: "Save", exact: true }).click();
      await dialog.waitFor({ state: "hidden" });
    };
    await add(one, "of-one");
    await add(other, "of-other");
    await save(other);
    await one.getByRole("button", { name: "Keep mine on top of theirs" }).click();
    await save(one);
    const { allow } = await at.server.targeting("production", "both");
    expect(allow).toContain("of-one");
    expect(allow).toContain("of-other");
  });
});

describe("text that others have stored", () => {
  it("stays text in names, reasons, owners and queries", async () => {
    const [first = "", second = "", third = ""] = HOSTILE;
    await at.server.api("PATCH", `${PROJECT}/environments/staging`, { name: first });
    for (const name of HOSTILE) {
      await at.server.api("POST", `${PROJECT}/tokens`, { type: "ci", name });
    }
    await at.server.api("PUT", `${PROJECT}/notifications/settings`, {
      owners: Object.fromEntries(HOSTILE.map((owner) => [owner, ["them@example.com"]])),
    });
    await at.server.api("POST", `${PROJECT}/flags`, { key: "asked", owner: second });
    const targeting = `${ENVIRONMENT}/flags/asked/targeting`;
    for (const reason of HOSTILE) {
      await at.server.api("POST", `${targeting}/kill`, { tenant: reason, reason });
    }
    const query = { name: third, query: HOSTILE.join(" "), tenant_label: second, above: 1 };
    const plan = `${ENVIRONMENT}/flags/asked/plan`;
    await at.server.api(
      "PUT",
      plan,
      {
        stages: [{ name: first, audience: { threshold: 1_000 } }],
        guard: { metrics: ["errors", { query }] },
      },
      { "If-Match": "*" },
    );
    await at.server.api("POST", `${plan}/start`, { reason: second });

    const page = await at.open();
    page.on("dialog", () => expect.unreachable("a script of stored text ran"));
    await signIn(page, at.server.token);
    const entry = (await at.server.api("GET", `${PROJECT}/audit?action=flag.kill&limit=1`))
      .items[0];
    for (const [path, shown] of [
      [`${PROJECT}/environments/staging/flags`, page.getByText(first).first()],
      [`${PROJECT}/settings/environments`, page.getByText(first).first()],
      [`${PROJECT}/settings/tokens`, page.getByText(first).first()],
      [
        `${PROJECT}/settings/notifications`,
        page.locator(`input[value="${second.replaceAll('"', '\\"')}"]`),
      ],
      [`${PROJECT}/audit`, page.getByText(first).first()],
      [
        `${PROJECT}/audit?entry=${entry.seq}`,
        page.getByRole("dialog").getByText(entry.reason).first(),
      ],
      [`${ENVIRONMENT}/flags/asked/rollout`, page.getByText(first).first()],
      [`${ENVIRONMENT}/flags/asked/rollout?edit=plan`, page.getByLabel("PromQL")],
    ] as const) {
      await page.goto(path);
      await shown.waitFor();
      expect(await page.locator(PLANTED).count(), path).toBe(0);
      expect(await page.locator("body").isVisible(), path).toBe(true);
    }
  }, 60_000);
});

/** A flag's page: targeting with its preview, two people at once, and what is known of a flag. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { accessibilityFaults, picture, signIn } from "./browser";
import { stage } from "./stage";

const at = stage();
const { open } = at;

const ENVIRONMENT = "/projects/default/environments/production";
const path = (flag: string, search = "") => `${ENVIRONMENT}/flags/${flag}${search}`;
const preview = (page: Page) => page.getByRole("complementary", { name: "What this would do" });

/** A flag of its own for each test. */
async function makeFlag(key: string, body: object = {}): Promise<string> {
  await at.server.api("POST", "/projects/default/flags", { key, ...body });
  return key;
}

async function openFlag(page: Page, flag: string, search = ""): Promise<void> {
  await signIn(page, at.server.token);
  await page.goto(path(flag, search));
  await page.getByRole("navigation", { name: "About this flag" }).waitFor();
}

async function save(page: Page, comment: string): Promise<void> {
  await page.getByRole("button", { name: "Review and save" }).click();
  const dialog = page.getByRole("dialog", { name: "Save the targeting" });
  await dialog.getByLabel("Comment").fill(comment);
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
}

beforeAll(async () => {
  for (let n = 1; n <= 20; n += 1) {
    await at.server.api("POST", "/projects/default/tenants", {
      key: `tenant-${n}`,
      name: `Tenant ${n}`,
      attributes: { plan: n % 2 === 0 ? "enterprise" : "starter" },
    });
  }
});

describe("the targeting of a flag", () => {
  it("is changed with its effect in view, and saved with a comment", async () => {
    await makeFlag("new-billing", { name: "New billing" });
    const page = await open();
    await signIn(page, at.server.token);
    await page.getByRole("link", { name: "New billing" }).click();
    await page.getByRole("heading", { name: "New billing", level: 1 }).waitFor();
    await preview(page).getByText("0 of 20 tenants").waitFor();

    await page.getByRole("switch", { name: "Switch" }).press("Space");
    const allow = page.getByRole("combobox", { name: "Add to the allow list" });
    await allow.focus();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData("text", "tenant-1\ntenant-2, tenant-3\nnot-on-the-roster");
      document.activeElement?.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
      );
    });
    await page.getByText("4 tenants added.").waitFor();
    // Whoever is on the roster has a name beside the key.
    const listed = page.getByRole("list", { name: "Allow list" });
    await listed.getByText("Tenant 2 tenant-2").waitFor();
    await listed.getByText("not-on-the-roster", { exact: true }).waitFor();
    await preview(page).getByText("+3").first().waitFor();
    await preview(page).getByText("Tenant 2").waitFor();
    await preview(page).getByText("15% of tenants").waitFor();
    await picture(page, "flag-preview");

    await page.getByRole("textbox", { name: "Percent of tenants" }).fill("100");
    await preview(page).getByText("+20").first().waitFor();
    await preview(page).getByText("20 of 20 tenants").waitFor();
    expect(await at.server.targeting("production", "new-billing")).toMatchObject({ on: false });

    await save(page, "The ledger is ready");
    await page.getByText("new-billing is saved in Production.").waitFor();
    expect(await at.server.targeting("production", "new-billing")).toMatchObject({
      on: true,
      allow: ["not-on-the-roster", "tenant-1", "tenant-2", "tenant-3"],
      rollout: { threshold: 100_000 },
    });
    await page.getByRole("link", { name: "History" }).click();
    await page.getByText("The ledger is ready").waitFor();
  });

  it("takes rules, and says what is wrong with them before they are saved", async () => {
    const flag = await makeFlag("ruled");
    await at.server.target("production", flag, { on: true });
    const page = await open({ expected: /422/ });
    await openFlag(page, flag);
    await page.getByRole("button", { name: "Add a rule" }).click();
    const rule = page.getByRole("group", { name: "Rule 1", exact: true });
    await rule.getByText("A share", { exact: true }).click();
    await rule.getByRole("textbox", { name: "Percent of tenants" }).fill("50");
    await preview(page)
      .getByText(/^\+([1-9]|1\d)$/)
      .first()
      .waitFor();

    await rule
      .getByRole("button", { name: /condition/i })
      .first()
      .click();
    await preview(page).getByText("This cannot be saved yet").waitFor();
    // The roster's attributes are suggested, and so are their values.
    await rule.getByRole("combobox", { name: "Attribute" }).fill("pl");
    await page.getByRole("option", { name: "plan" }).click();
    await rule.getByRole("combobox", { name: "Values" }).focus();
    await page.getByRole("option", { name: "enterprise" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("button", { name: "Review and save" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Discard" }).click();
    await rule.waitFor({ state: "detached" });
    await preview(page).getByText("Nothing is changed yet").waitFor();
  });

  it("waits for a variant of another flag", async () => {
    const other = await makeFlag("with-variants");
    await at.server.target("production", other, {
      on: true,
      rollout: { threshold: 100_000 },
      variants: [
        { name: "blue", weight: 1 },
        { name: "green", weight: 1 },
      ],
    });
    const flag = await makeFlag("waiting");
    await at.server.target("production", flag, { prerequisites: [{ flag: other, on: true }] });
    const page = await open();
    await openFlag(page, flag);
    await page.getByRole("combobox", { name: `Variants of ${other}` }).click();
    await page.getByRole("option", { name: "green" }).click();
    await page.keyboard.press("Escape");
    await save(page, "Only the green half");
    await expect
      .poll(async () => (await at.server.targeting("production", flag)).prerequisites)
      .toMatchObject([{ flag: other, variants: ["green"] }]);
  });

  it("is not left with unsaved changes by mistake", async () => {
    const flag = await makeFlag("unsaved");
    const page = await open();
    await openFlag(page, flag);
    await page.getByRole("switch", { name: "Switch" }).press("Space");
    // Another tab of the page keeps them.
    await page.getByRole("link", { name: "Usage" }).click();
    await page.getByText("No program has asked for this flag").waitFor();
    await page.getByText("1 change", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Staging", exact: false }).click();
    const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    expect(new URL(page.url()).pathname).toBe(path(flag));
    await page.getByRole("link", { name: "Staging", exact: false }).click();
    await dialog.getByRole("button", { name: "Leave" }).click();
    await page.waitForURL(/environments\/staging/);
  });
});

describe("two people at the same flag", () => {
  it("are told of each other, and neither's change is lost", async () => {
    const flag = await makeFlag("shared");
    const [one, other] = [await open(), await open()];
    await openFlag(one, flag);
    await openFlag(other, flag);
    await one.getByRole("textbox", { name: "Percent of tenants" }).fill("25");
    await one.getByText("1 change", { exact: true }).waitFor();

    await other.getByRole("switch", { name: "Switch" }).press("Space");
    await save(other, "Switching it on");

    const alert = one
      .getByRole("alert")
      .filter({ hasText: "has changed this targeting meanwhile" });
    await alert.getByText("Switching it on").waitFor();
    await picture(one, "flag-overtaken");
    expect(await one.getByRole("button", { name: "Review and save" }).isDisabled()).toBe(true);
    await alert.getByRole("button", { name: "Keep mine on top of theirs" }).click();
    await alert.waitFor({ state: "detached" });
    expect(await one.getByRole("switch", { name: "Switch" }).isChecked()).toBe(true);
    await save(one, "A quarter");
    expect(await at.server.targeting("production", flag)).toMatchObject({
      on: true,
      rollout: { threshold: 25_000 },
    });
    // The other one, who is not editing, follows by itself.
    await expect
      .poll(() => other.getByRole("textbox", { name: "Percent of tenants" }).inputValue())
      .toBe("25%");
  });

  it("do not overwrite each other even when no news come", async () => {
    const flag = await makeFlag("blind");
    const page = await open({ expected: /412/ });
    await page.routeWebSocket(/stream/, () => {});
    await openFlag(page, flag);
    await page.getByRole("textbox", { name: "Percent of tenants" }).fill("10");
    await at.server.target("production", flag, { rollout: { threshold: 50_000 } });

    await page.getByRole("button", { name: "Review and save" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
    const alert = page.getByRole("alert").filter({ hasText: "meanwhile" });
    await alert.getByText("Both of you changed the rollout").waitFor();
    expect(await at.server.targeting("production", flag)).toMatchObject({
      rollout: { threshold: 50_000 },
    });
    await alert.getByRole("button", { name: "Discard mine" }).click();
    await expect
      .poll(() => page.getByRole("textbox", { name: "Percent of tenants" }).inputValue())
      .toBe("50%");
  });
});

describe("a flag as a whole", () => {
  it("is killed for one tenant and for everybody, with a reason", async () => {
    const flag = await makeFlag("dangerous");
    await at.server.target("production", flag, { on: true, rollout: { threshold: 100_000 } });
    const page = await open();
    await openFlag(page, flag);
    await page.getByRole("button", { name: "Kill switch" }).click();
    let dialog = page.getByRole("dialog", { name: "Turn dangerous off" });
    expect(await dialog.getByRole("button", { name: "Turn it off" }).isDisabled()).toBe(true);
    await dialog.getByRole("radio", { name: "One tenant" }).check();
    await dialog.getByRole("combobox", { name: "Tenant" }).fill("tenant-7");
    await dialog.getByLabel("Reason").fill("Their invoices are wrong");
    await picture(page, "flag-kill");
    await dialog.getByRole("button", { name: "Turn it off" }).click();
    await page.getByText("It is off for tenant-7 in Production.").waitFor();
    await page.getByRole("button", { name: "Close" }).last().click();
    expect(await at.server.targeting("production", flag)).toMatchObject({
      on: true,
      block: ["tenant-7"],
    });

    await page.getByRole("button", { name: "Kill switch" }).click();
    dialog = page.getByRole("dialog", { name: "Turn dangerous off" });
    await dialog.getByLabel("Reason").fill("All invoices are wrong");
    await dialog.getByRole("button", { name: "Turn it off" }).click();
    await page.getByText("It is off in Production.").waitFor();
    expect(await at.server.targeting("production", flag)).toMatchObject({ on: false });
  });

  it("says why it is on for a tenant, at an address of its own", async () => {
    const flag = await makeFlag("explained");
    await at.server.target("production", flag, { on: true, allow: ["tenant-4"] });
    const page = await open();
    await openFlag(page, flag, "?tab=explain");
    await page.getByRole("combobox", { name: "Tenant" }).fill("tenant-4");
    await page.getByRole("button", { name: "Explain", exact: true }).click();
    await page.getByText("On for tenant-4").waitFor();
    await page.getByText("The tenant is in the allow list").waitFor();
    expect(new URL(page.url()).search).toBe("?tab=explain&tenant=tenant-4");
    await page.reload();
    await page.getByText("On for tenant-4").waitFor();
  });

  it("goes back to what it was", async () => {
    const flag = await makeFlag("reverted");
    await at.server.target("production", flag, { on: true, rollout: { threshold: 5_000 } });
    await at.server.target("production", flag, { rollout: { threshold: 90_000 } });
    const page = await open();
    await openFlag(page, flag, "?tab=history");
    // The making of the flag is told field by field.
    await page.getByText("Times put off", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Go back to this" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Is 5%").waitFor();
    await preview(page)
      .getByText(/^−1?\d$/)
      .first()
      .waitFor();
    await preview(page).getByText("Would lose it").first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, "flag-revert");
    await dialog.getByRole("button", { name: "Go back" }).click();
    await page.getByText("The targeting is as it was then.").waitFor();
    expect(await at.server.targeting("production", flag)).toMatchObject({
      on: true,
      rollout: { threshold: 5_000 },
    });
  });

  it("is put off, edited, archived and restored", async () => {
    const flag = await makeFlag("mortal");
    const page = await open();
    await openFlag(page, flag);
    const choose = async (name: string) => {
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name }).click();
    };
    await choose("Put off the expiry");
    await page.getByRole("dialog").getByLabel("Reason").fill("One customer is late");
    await page.getByRole("dialog").getByRole("button", { name: "Put it off" }).click();
    await page.getByText("put off once").waitFor();

    await choose("Edit name, owner and tags");
    await page.getByRole("dialog").getByLabel("Name").fill("A mortal flag");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "A mortal flag" }).waitFor();

    await choose("Archive");
    await page.getByText("What stands against it", { exact: true }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Archive it" }).click();
    await page.getByText("This flag is archived").waitFor();
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Restore it" }).click();
    await page.getByRole("button", { name: "Kill switch" }).waitFor();
  });

  it("says so when there is none", async () => {
    const page = await open({ expected: /404/ });
    await signIn(page, at.server.token);
    await page.goto(path("nothing-here"));
    await page.getByText("There is no such flag").waitFor();
    await page.getByRole("link", { name: "To the flags" }).click();
    await page.getByRole("heading", { name: "Flags", exact: true }).waitFor();
  });
});

describe("text that others have stored", () => {
  it("stays text", async () => {
    const corpus = [
      "<img src=x onerror=alert(1)>",
      "<script>alert(1)</script>",
      '"><svg onload=alert(1)>',
      "javascript:alert(1)",
      "{{constructor.constructor('alert(1)')()}}",
    ];
    const flag = await makeFlag("hostile", {
      name: corpus[0],
      description: corpus.join(" "),
      owner: corpus[1],
      tags: [corpus[2]],
    });
    await at.server.target("production", flag, {
      on: true,
      allow: corpus,
      rules: [{ description: corpus[0], effect: "on" }],
      variants: [{ name: corpus[1], weight: 1, payload: corpus[2] }],
    });
    const page = await open();
    page.on("dialog", () => expect.unreachable("a script of stored text ran"));
    await signIn(page, at.server.token);
    for (const tab of [
      "",
      "?tab=history",
      `?tab=explain&tenant=${encodeURIComponent(corpus[0] ?? "")}`,
    ]) {
      await page.goto(path(flag, tab));
      await page.getByRole("heading", { name: corpus[0] ?? "", level: 1 }).waitFor();
      expect(await page.locator("img, main script, svg[onload]").count()).toBe(0);
    }
  });
});

describe("the look of a flag's page", () => {
  it.each(["light", "dark"] as const)(
    "is sound in %s, on every tab and at every width",
    async (colorScheme) => {
      const flag = await makeFlag(`looked-at-${colorScheme}`, {
        name: "New checkout",
        description: "Invoices from the new ledger.",
        tags: ["checkout"],
      });
      await at.server.target("production", flag, {
        on: true,
        allow: ["tenant-1"],
        block: ["tenant-2"],
        rules: [
          {
            description: "Enterprise first",
            conditions: [{ operator: "in", attribute: "plan", values: ["enterprise"] }],
            effect: { rollout: { threshold: 25_000 } },
          },
        ],
        rollout: { threshold: 5_000 },
        variants: [{ name: "a", weight: 1, payload: { colour: "green" } }],
      });
      const page = await open({ colorScheme });
      await signIn(page, at.server.token);
      for (const tab of [
        "targeting",
        "explain&tenant=tenant-1",
        "usage",
        "code",
        "history",
        "connect",
      ]) {
        await page.goto(path(flag, `?tab=${tab}`));
        await page.getByRole("navigation", { name: "About this flag" }).waitFor();
        await page.waitForLoadState("networkidle");
        for (const [width, height] of [
          [390, 844],
          [1280, 800],
          [2560, 1440],
        ] as const) {
          await page.setViewportSize({ width, height });
          if (tab === "targeting") {
            await page
              .getByRole("textbox", { name: "Percent of tenants" })
              .last()
              .fill(`${width % 97}`);
            await preview(page)
              .getByText(/tenants? gets? it/)
              .waitFor();
          }
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect(overflow, `${tab} at ${width} pixels`).toBeLessThanOrEqual(0);
          expect(await accessibilityFaults(page), `${tab} at ${width} pixels`).toEqual([]);
          await picture(page, `flag-${tab.split("&")[0]}-${width}-${colorScheme}`);
        }
      }
    },
    120_000,
  );
});

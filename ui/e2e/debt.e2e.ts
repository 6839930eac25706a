/** Debt: seen, judged, put off with a reason, and paid. The demo has flags that are past their day. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { accessibilityFaults, picture, signIn } from "./browser";
import { HOSTILE, PLANTED } from "./corpus";
import { stage } from "./stage";

const at = stage("--demo");
const DEBT = "/projects/default/debt";
const OVERDUE = "export-to-parquet";
const EXPIRED = "dark-mode";

const row = (page: Page, flag: string) => page.locator(`[data-flag="${flag}"]`);
const gate = (page: Page) => page.getByRole("region", { name: "What a build would say" });

async function act(page: Page, flag: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${flag}` }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

const inDays = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe("the debt report", () => {
  it("is narrowed by state and owner, and keeps both in the address", async () => {
    const page = await at.open();
    await signIn(page, at.server.token);
    await page.getByRole("link", { name: "Debt" }).click();
    await row(page, OVERDUE).getByText("longer than the grace allows").waitFor();
    await gate(page).getByText("✗ default fails:").waitFor();
    await gate(page).getByText("1 flag is overdue, expired for more than 14 days; ").waitFor();
    await picture(page, "debt");

    await page.getByRole("button", { name: /^Expired/ }).click();
    await row(page, OVERDUE).waitFor({ state: "detached" });
    await row(page, EXPIRED).waitFor();
    expect(new URL(page.url()).search).toBe("?state=expired");
    await page.getByRole("button", { name: /^team-data/ }).click();
    await page.getByText("No flag in this view").waitFor();
    await page.reload();
    await page.getByText("No flag in this view").waitFor();
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await row(page, OVERDUE).waitFor();

    // By keyboard alone: the first row, its proof, and back to it.
    await row(page, OVERDUE).focus();
    await page.keyboard.press("Enter");
    const details = page.getByRole("dialog", { name: `Debt of ${OVERDUE}` });
    const proof = details.getByRole("region", { name: "Can it go?" });
    await proof.getByText("Safe to remove: keep the code for on.").waitFor();
    await proof.getByRole("row", { name: /^production 300 0/ }).waitFor();
    await details.getByText(/days past expiry × \(1 \+ 0 references\)/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "hidden" });
    expect(new URL(page.url()).search).toBe("");
    expect(await row(page, OVERDUE).evaluate((it) => it === document.activeElement)).toBe(true);
  });

  it("is put off with a reason, and paid with proof", async () => {
    const page = await at.open({ expected: /409|422/ });
    await signIn(page, at.server.token);
    await page.goto(DEBT);
    await act(page, OVERDUE, "Extend");
    const extend = page.getByRole("dialog", { name: `Extend ${OVERDUE}` });
    await extend.getByText("It has been extended 2 times already.").waitFor();
    expect(await extend.getByRole("button", { name: "Extend" }).isDisabled()).toBe(true);
    await extend.getByLabel("Reason").fill("One customer still exports to it");
    await extend.getByLabel("Expires on").fill("2020-01-01");
    await extend.getByText("Choose today or a later day").waitFor();
    expect(await extend.getByRole("button", { name: "Extend" }).isDisabled()).toBe(true);
    await extend.getByRole("button", { name: "90 days" }).click();
    await extend.getByRole("button", { name: "Extend" }).click();
    await page.getByText(`${OVERDUE} now expires on`).waitFor();
    await gate(page).getByText("✓ default passes:").waitFor();
    await row(page, OVERDUE).getByText("Over-extended").waitFor();
    const flag = await at.server.api("GET", `/projects/default/flags/${OVERDUE}`);
    expect(flag.expires_on).toBe(inDays(90));

    // A policy of the project's own: no grace.
    await page.getByRole("link", { name: "Policy" }).click();
    const grace = page.getByLabel("Overdue this many days after expiry");
    await grace.fill("");
    await page.getByRole("button", { name: "Save the policy" }).click();
    await page.getByText("Enter a whole number, 0 or more.").waitFor();
    await grace.fill("0");
    await page.getByLabel("Ready to remove after").fill("0");
    await page.getByRole("button", { name: "Save the policy" }).click();
    await page.getByText("must be 1 to 365").first().waitFor();
    await page.getByLabel("Ready to remove after").fill("1");
    await page.getByRole("button", { name: "Save the policy" }).click();
    await page.getByText("The policy is saved.").waitFor();
    await page.getByRole("link", { name: "Debt" }).first().click();
    await row(page, EXPIRED).getByText("Overdue").waitFor();
    await gate(page).getByText("1 flag is overdue, expired for more than 0 days; ").waitFor();

    await act(page, EXPIRED, "Archive");
    const archive = page.getByRole("dialog", { name: `Archive ${EXPIRED}?` });
    await archive.getByText("Safe to remove: keep the code for on.").waitFor();
    await archive.getByRole("button", { name: "Archive the flag" }).click();
    await archive.getByRole("alert").getByText("asked for it").waitFor();
    await archive.getByLabel("Although code or programs still ask for it").check();
    expect(await archive.getByRole("button", { name: "Archive the flag" }).isDisabled()).toBe(true);
    await archive.getByLabel("Reason").fill("The last release asks no more");
    await archive.getByRole("button", { name: "Archive the flag" }).click();
    await page.getByText(`${EXPIRED} is archived.`).waitFor();
    const archived = await at.server.api("GET", `/projects/default/flags/${EXPIRED}`);
    expect(archived.archived_at).toBeTruthy();
    await row(page, EXPIRED).waitFor({ state: "detached" });
  }, 60_000);

  it("tells who writes the policy that somebody else has changed it", async () => {
    const page = await at.open();
    await signIn(page, at.server.token);
    // The interval at which the page looks is shortened by looking at it anew.
    await page.clock.install();
    await page.goto(`${DEBT}/policy`);
    await page.getByLabel("Unused after").fill("7");
    const policy = await at.server.api("GET", `${DEBT}/policy`);
    await at.server.api("PUT", `${DEBT}/policy`, { ...policy, unused_days: 60 });
    await page.clock.runFor(31_000);
    const alert = page.getByRole("alert").filter({ hasText: "Somebody has changed the policy" });
    await alert.getByRole("button", { name: "Show theirs" }).click();
    await expect.poll(() => page.getByLabel("Unused after").inputValue()).toBe("60 days");
  });

  it("shows stored text as text", async () => {
    const [name = "", owner = "", tag = ""] = HOSTILE;
    await at.server.api("POST", "/projects/default/flags", {
      key: "hostile-debt",
      name,
      owner,
      tags: [tag],
      description: HOSTILE.join(" "),
      expires_on: inDays(1),
    });
    await at.server.api("PUT", "/projects/default/references", {
      repository: owner,
      commit: "0123456789abcdef0123456789abcdef01234567",
      references: [
        {
          flag: "hostile-debt",
          path: tag,
          line: 3,
          column: 5,
          language: "other",
          via: "direct",
          call: name,
        },
      ],
      unresolved: [],
    });
    const page = await at.open();
    page.on("dialog", () => expect.unreachable("a script of stored text ran"));
    await signIn(page, at.server.token);
    await page.goto(`${DEBT}?flag=hostile-debt`);
    await row(page, "hostile-debt").getByText(name).waitFor();
    await page.getByRole("dialog").getByText(`${tag}:3`).waitFor();
    expect(await page.locator(PLANTED).count()).toBe(0);
    await page.keyboard.press("Escape");
    await act(page, "hostile-debt", "Extend");
    await page.getByRole("dialog").getByLabel("Reason").fill(HOSTILE.join(" "));
    await page.getByRole("dialog").getByRole("button", { name: "Extend" }).click();
    await page.getByText("hostile-debt now expires on").waitFor();
    expect(await page.locator(PLANTED).count()).toBe(0);
  });
});

describe("the look of debt", () => {
  it.each(["light", "dark"] as const)(
    "is sound in %s at every width",
    async (colorScheme) => {
      const page = await at.open({ colorScheme });
      await signIn(page, at.server.token);
      for (const [name, path, ready] of [
        ["debt", DEBT, "What a build would say"],
        ["policy", `${DEBT}/policy`, "Lifetimes of new flags"],
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
          await picture(page, `${name}-${width}-${colorScheme}`);
        }
      }
    },
    60_000,
  );
});

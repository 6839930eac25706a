/** Segments: conditions with a count before they are saved, members, and who uses them. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { accessibilityFaults, picture, signIn } from "./browser";
import { HOSTILE, PLANTED } from "./corpus";
import { stage } from "./stage";

const world = stage();
const SEGMENTS = "/projects/default/segments";

async function enter(path: string, options?: Parameters<typeof world.open>[0]): Promise<Page> {
  const page = await world.open(options);
  await signIn(page, world.server.token);
  await page.goto(path);
  return page;
}

async function makeTenant(key: string, attributes: object = {}): Promise<void> {
  await world.server.api("POST", "/projects/default/tenants", { key, attributes });
}

const member = (page: Page, key: string) => page.locator(`[data-member="${key}"]`);

describe("a segment by conditions", () => {
  it("says whom it means before it is saved, and follows the roster afterwards", async () => {
    await makeTenant("eu-1", { region: "eu", seats: 10 });
    await makeTenant("eu-2", { region: "eu", seats: 500 });
    await makeTenant("us-1", { region: "us", seats: 900 });
    const page = await enter(SEGMENTS);
    await page.getByText("No segments yet").waitFor();
    await picture(page, "segments-empty");
    await page.getByRole("button", { name: "New segment" }).first().click();
    const dialog = page.getByRole("dialog", { name: "New segment" });
    await dialog.getByLabel("Name").fill("Large in Europe");
    expect(await dialog.getByLabel("Key").inputValue()).toBe("large-in-europe");
    await dialog.getByText("Tenants that meet conditions").click();
    await dialog.getByRole("combobox", { name: "Attribute" }).fill("region");
    await dialog.getByRole("combobox", { name: "Values" }).fill("eu");
    await page.keyboard.press("Enter");
    await dialog.getByText("2 tenants would be members").waitFor();
    await dialog.getByRole("button", { name: "Add a condition" }).click();
    const second = dialog.getByRole("group", { name: "Condition 2" });
    await second.getByRole("combobox", { name: "Attribute" }).fill("seats");
    await page.keyboard.press("Escape");
    await second.getByRole("combobox", { name: "Test" }).click();
    await page.getByRole("option", { name: ">", exact: true }).click();
    await second.getByRole("combobox", { name: "Values" }).fill("100");
    await page.keyboard.press("Enter");
    await dialog.getByText("1 tenant would be a member").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await picture(page, "segment-form");
    await dialog.getByRole("button", { name: "Create segment" }).click();

    await page.getByRole("heading", { name: "Large in Europe" }).waitFor();
    await member(page, "eu-2").waitFor();
    expect(await page.locator("[data-member]").count()).toBe(1);
    expect(
      await world.server.api("GET", "/projects/default/segments/large-in-europe"),
    ).toMatchObject({
      segment: {
        conditions: [
          { operator: "in", attribute: "region", values: ["eu"] },
          { operator: "number_gt", attribute: "seats", values: [100] },
        ],
      },
    });

    await makeTenant("eu-3", { region: "eu", seats: 101 });
    await member(page, "eu-3").waitFor();
    await page.getByRole("button", { name: "Remove condition 2" }).click();
    await page.getByText("1 would join: eu-1.").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved. 3 tenants are members.").waitFor();
    await member(page, "eu-1").waitFor();
  });

  it("tells a draft of what others save, instead of overwriting it", async () => {
    const conditions = [{ operator: "exists", attribute: "region" }];
    await world.server.api("POST", SEGMENTS, { key: "drafted", conditions });
    const page = await enter(`${SEGMENTS}/drafted`);
    await page.getByRole("button", { name: "Add a condition" }).click();
    await page
      .getByRole("group", { name: "Condition 2" })
      .getByRole("combobox", { name: "Attribute" })
      .fill("seats");
    await world.server.api("PATCH", `${SEGMENTS}/drafted`, {
      conditions: [{ operator: "exists", attribute: "plan" }],
    });
    await page.getByText("Somebody else changed this segment while you were editing").waitFor();
    expect(await page.getByRole("group", { name: /^Condition/ }).count()).toBe(2);
    await page.getByRole("button", { name: "Show theirs" }).click();
    await expect
      .poll(() => page.getByRole("combobox", { name: "Attribute" }).inputValue())
      .toBe("plan");
  });
});

describe("a segment of listed tenants", () => {
  it("takes keys as they are pasted, and lets them go one by one", async () => {
    await world.server.api("POST", SEGMENTS, { key: "partners", name: "Partners" });
    const page = await enter(`${SEGMENTS}/partners`);
    await page.getByText("No members").waitFor();
    await page.getByRole("button", { name: "Add tenants" }).click();
    await page.getByLabel("Keys of tenants").fill("one\ntwo, three\none");
    await page.getByRole("button", { name: "Add 3 tenants" }).click();
    await page.getByText("3 tenants added.").waitFor();
    await member(page, "two").waitFor();
    await page.getByRole("button", { name: "Take two out" }).click();
    await page.getByText("two is out of the segment.").waitFor();
    await member(page, "two").waitFor({ state: "detached" });
    expect(await page.locator("[data-member]").count()).toBe(2);
  });

  it("stays while a flag asks for it, and says which", async () => {
    await world.server.api("POST", SEGMENTS, { key: "needed" });
    await world.server.api("POST", "/projects/default/flags", { key: "needs-it" });
    const page = await enter(`${SEGMENTS}/needed`);
    await page.getByText("No flag asks for this segment").waitFor();
    await world.server.target("production", "needs-it", {
      rules: [{ conditions: [{ operator: "in_segment", segment: "needed" }], effect: "on" }],
    });
    await page
      .getByRole("region", { name: "Used by" })
      .getByText("production, in its rules")
      .waitFor();
    const remove = async () => {
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
    };
    await remove();
    const dialog = page.getByRole("dialog", { name: "Delete needed?" });
    await dialog.getByRole("link", { name: "needs-it" }).waitFor();
    expect(await dialog.getByRole("button", { name: "Delete segment" }).isDisabled()).toBe(true);
    await picture(page, "segment-in-use");
    await dialog.getByRole("button", { name: "Cancel" }).click();

    await world.server.target("production", "needs-it", { rules: [] });
    await page.getByText("No flag asks for this segment").waitFor();
    await remove();
    await dialog.getByRole("button", { name: "Delete segment" }).click();
    await page.getByText("needed was deleted.").waitFor();
    await page.getByRole("heading", { name: "Segments", exact: true }).waitFor();
    expect(await page.locator('[data-segment="needed"]').count()).toBe(0);
  });
});

describe("a segment that is not there", () => {
  it("is told of calmly, with the way back", async () => {
    const page = await enter(`${SEGMENTS}/nothing-here`, { expected: /404/ });
    await page.getByText("There is no such segment").waitFor();
    expect(await page.locator(".mantine-Notification-root").count()).toBe(0);
    await page.getByRole("link", { name: "To the segments" }).click();
    await page.getByRole("heading", { name: "Segments", exact: true }).waitFor();
    await page.goto("/projects/nothing-here/segments");
    await page.getByRole("link", { name: "Go to the flags" }).click();
    await page.getByRole("heading", { name: "Flags", exact: true }).waitFor();
  });
});

describe("the look of segments", () => {
  it.each(["light", "dark"] as const)(
    "is sound in %s, whatever segments are called",
    async (colorScheme) => {
      for (const [index, name] of HOSTILE.entries()) {
        await world.server.api("POST", SEGMENTS, {
          key: `hostile-${colorScheme}-${index}`,
          name,
          conditions: [{ operator: "in", attribute: name, values: [name] }],
        });
      }
      await makeTenant(`${HOSTILE[0]} ${colorScheme}`, { [HOSTILE[0]]: HOSTILE[0] });
      const page = await enter(SEGMENTS, { colorScheme });
      for (const [width, height] of [
        [390, 844],
        [1280, 800],
        [2560, 1440],
      ] as const) {
        await page.setViewportSize({ width, height });
        for (const path of [SEGMENTS, `${SEGMENTS}/hostile-${colorScheme}-0`]) {
          await page.goto(path);
          await page.locator("[data-segment], [data-member]").first().waitFor();
          await page.getByText(HOSTILE[0]).first().waitFor();
          expect(await accessibilityFaults(page), `${path} at ${width}`).toEqual([]);
          expect(await page.locator(PLANTED).count(), path).toBe(0);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect(overflow, `${path} at ${width}`).toBeLessThanOrEqual(0);
          await picture(
            page,
            `${path === SEGMENTS ? "segments" : "segment"}-${width}-${colorScheme}`,
          );
        }
      }
    },
    120_000,
  );
});

/** The first run, up to the first flag that is asked for; and everything by keyboard alone. */
import { describe, expect, it } from "vitest";
import { faultsInBothSchemes, picture, signIn } from "./browser";
import { stage } from "./stage";

const at = stage();

describe("the first run", () => {
  it("leads to a flag that is asked for from a terminal", async () => {
    const page = await at.open();
    await signIn(page, at.server.token);
    await page.getByRole("button", { name: "Set up step by step" }).click();
    await page.getByRole("button", { name: "Make the flag" }).click();
    await page.getByText("The flag my-first-flag is there.").waitFor();
    await page.getByRole("button", { name: "Make a token" }).click();
    const secret = await page.locator("code", { hasText: /^tnry_sdk_/ }).textContent();
    await page.getByText("Waiting for the first question").waitFor();
    expect(await faultsInBothSchemes(page)).toEqual([]);
    await picture(page, "first-run");

    const snippet = await page.getByRole("figure").first().locator("pre").textContent();
    expect(snippet).toContain(`${at.server.url}/ofrep/v1/evaluate/flags/my-first-flag`);
    // What the snippet does.
    const answer = await fetch(`${at.server.url}/ofrep/v1/evaluate/flags/my-first-flag`, {
      method: "POST",
      headers: { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" },
      body: JSON.stringify({ context: { targetingKey: "acme-corp" } }),
    });
    expect(await answer.json()).toMatchObject({ key: "my-first-flag", value: false });
    await page.getByText("Your terminal has asked.").waitFor({ timeout: 30_000 });
    await page.getByRole("link", { name: "Now decide who gets it" }).click();
    await page.getByRole("heading", { name: "my-first-flag", level: 1 }).waitFor();
  }, 60_000);
});

describe("without a pointer", () => {
  it("finds a flag by the palette and leads to pages by two keys", async () => {
    await at.server.api("POST", "/projects/default/flags", { key: "far-away", name: "Far away" });
    const page = await at.open();
    await signIn(page, at.server.token);
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Search flags, tenants and pages" }).waitFor();
    await page.keyboard.type("far");
    await page.getByRole("button", { name: /Far away/ }).waitFor();
    expect(await faultsInBothSchemes(page)).toEqual([]);
    await picture(page, "palette");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Far away", level: 1 }).waitFor();

    await page.locator("body").press("g");
    await page.keyboard.press("f");
    await page.getByRole("heading", { name: "Flags", exact: true }).waitFor();
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await help.getByText("Go to Flags").waitFor();
    expect(await faultsInBothSchemes(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "hidden" });
  });
});

describe("several flags at once", () => {
  it("are switched on, and what was refused is told", async () => {
    for (const key of ["bulk-one", "bulk-two", "bulk-gone"]) {
      await at.server.api("POST", "/projects/default/flags", { key, tags: ["bulk"] });
    }
    const page = await at.open({ expected: /409/ });
    // No news reach this page, so that it still shows what somebody else has archived.
    await page.routeWebSocket(/stream/, () => {});
    await signIn(page, at.server.token);
    await page.goto("/projects/default/environments/production/flags?tag=bulk");
    await page.getByRole("checkbox", { name: "Select all that are shown" }).check();
    await page.getByText("3 flags selected").waitFor();
    await at.server.api("POST", "/projects/default/flags/bulk-gone/archive", {});
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Switch on" }).click();
    const done = page.getByRole("dialog", { name: "2 flags changed, 1 refused" });
    await done.getByText("bulk-gone").waitFor();
    await picture(page, "bulk");
    expect(await at.server.targeting("production", "bulk-one")).toMatchObject({ on: true });
    expect(await at.server.targeting("production", "bulk-two")).toMatchObject({ on: true });
  });

  it("are kept as a view with a name", async () => {
    const page = await at.open();
    await signIn(page, at.server.token);
    await page.goto("/projects/default/environments/production/flags?tag=bulk");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "Save this view" }).click();
    await page.getByLabel("Name", { exact: true }).fill("In bulk");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.goto("/projects/default/environments/production/flags");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("menuitem", { name: "In bulk" }).click();
    await page.waitForURL(/\?tag=bulk$/);
  });
});

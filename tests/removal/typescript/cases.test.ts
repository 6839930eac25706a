// The same tests of the code with the flags, which are answered as they are when they go, and of
// the code without them.

import { strict as assert } from "node:assert";
import { before, describe, test } from "node:test";
import { type Client, InMemoryProvider, OpenFeature } from "@openfeature/server-sdk";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import * as branchesAfter from "./after/branches";
import * as conditionsAfter from "./after/conditions";
import * as constantsAfter from "./after/constants";
import * as earlyReturnAfter from "./after/early-return";
import * as generatedAfter from "./after/generated";
import * as leftoversAfter from "./after/leftovers";
import * as loopsAfter from "./after/loops";
import * as pageAfter from "./after/page";
import * as plainAfter from "./after/plain";
import * as scopesAfter from "./after/scopes";
import * as variablesAfter from "./after/variables";
import * as wrapperAfter from "./after/wrapper";
import * as branchesBefore from "./before/branches";
import * as conditionsBefore from "./before/conditions";
import * as constantsBefore from "./before/constants";
import * as earlyReturnBefore from "./before/early-return";
import * as generatedBefore from "./before/generated";
import * as leftoversBefore from "./before/leftovers";
import * as loopsBefore from "./before/loops";
import * as pageBefore from "./before/page";
import * as plainBefore from "./before/plain";
import * as scopesBefore from "./before/scopes";
import * as variablesBefore from "./before/variables";
import * as wrapperBefore from "./before/wrapper";

const ANSWERS: Record<string, boolean> = {
  "new-billing": true,
  "old-export": false,
  "export-v3": true,
};

const atOnce = { getBooleanValue: (key: string, fallback: boolean) => ANSWERS[key] ?? fallback };
let client: Client;

before(async () => {
  const flags = Object.entries(ANSWERS).map(([key, on]) => {
    const flag = { variants: { on: true, off: false }, defaultVariant: on ? "on" : "off", disabled: false };
    return [key, flag] as const;
  });
  await OpenFeature.setProviderAndWait(new InMemoryProvider(Object.fromEntries(flags)));
  client = OpenFeature.getClient();
});

/** Tests a case twice. */
function both<Case>(name: string, one: Case, other: Case, check: (it: Case) => Promise<void>) {
  describe(name, () => {
    test("with the flags", () => check(one));
    test("without them", () => check(other));
  });
}

both("branches", branchesBefore, branchesAfter, async (it) => {
  assert.equal(await it.total(client, [1, 2]), 15);
  assert.deepEqual([await it.format(client, 11), await it.format(client, 1)], ["zip", "json"]);
  assert.equal(await it.pages(client, 51), 2);
});

both("early return", earlyReturnBefore, earlyReturnAfter, async (it) => {
  assert.deepEqual(await it.rows(client, ["a"]), ["A"]);
  const gathered = [1];
  await it.clear(client, gathered);
  assert.deepEqual(gathered, []);
  assert.equal(await it.label(client, "Acme"), "<Acme>");
  await assert.rejects(it.fail(client, 7), RangeError);
});

both("conditions", conditionsBefore, conditionsAfter, async (it) => {
  const order = (paid: boolean, amount: number) => ({ paid, amount });
  assert.equal(await it.mayShip(client, order(true, 1)), true);
  assert.equal(await it.needsReview(client, order(true, 101)), false);
  assert.equal(await it.isOdd(client, order(true, 101)), true);
  assert.equal(await it.isOdd(client, order(false, 2)), false);
  assert.equal(await it.price(client, order(true, 101)), 914);
});

both("constants", constantsBefore, constantsAfter, async (it) => {
  assert.equal(await it.format(client), "parquet");
  assert.equal(await it.price(client), 10);
});

both("generated code", generatedBefore, generatedAfter, async (it) => {
  assert.deepEqual(await it.account(client, "acme"), ["name", "balance", "export"]);
});

both("leftovers", leftoversBefore, leftoversAfter, async (it) => {
  assert.equal(await it.place(client, "a/b.csv"), "new-b.csv");
});

both("loops", loopsBefore, loopsAfter, async (it) => {
  assert.equal(it.halve(atOnce, 12), 3);
  assert.deepEqual(
    [0, 1, 5, 500].map((size) => it.kind(atOnce, size)),
    ["none", "one", "below 10", "many"],
  );
});

both("a page", pageBefore, pageAfter, async (it) => {
  const page = renderToStaticMarkup(createElement(it.Page, { title: "Bills", hint: "now" }));
  assert.equal(
    page,
    '<main><h1>Bills</h1><p><b>now</b></p><p class="new">now</p></main>',
  );
});

both("JavaScript", plainBefore, plainAfter, async (it) => {
  assert.equal(await it.title("7"), "Invoice 7");
});

both("scopes", scopesBefore, scopesAfter, async (it) => {
  assert.deepEqual(await it.names(client, " a"), ["inner", "a", " a"]);
  assert.equal(await it.text(client), "first\n      second, which keeps its indentation");
});

both("variables", variablesBefore, variablesAfter, async (it) => {
  assert.deepEqual(await it.lines(client, "acme", 11), ["Total: 11", "Rate: 10", "Rate: 20"]);
  assert.equal(await it.isOpen(client, [true]), true);
  assert.equal(await it.isOpen(client, [false]), false);
  assert.equal(await it.details(client), "new");
});

both("a wrapper", wrapperBefore, wrapperAfter, async (it) => {
  assert.equal(await it.header(client), "Invoices (new)!");
});

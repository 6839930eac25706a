// OpenFeature's own server SDK and OFREP provider, unchanged, against a Tenantry server.
//
// TENANTRY_URL and TENANTRY_TOKEN name a server that holds the flags of ../fixture.json;
// TENANTRY_SPLIT is a JSON object tenant -> on of the flag "quarter".

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";

const { cases } = JSON.parse(readFileSync(new URL("../fixture.json", import.meta.url), "utf8"));
const split = Object.entries(JSON.parse(process.env.TENANTRY_SPLIT));
const client = OpenFeature.getClient();

before(async () => {
  const headers = [["Authorization", `Bearer ${process.env.TENANTRY_TOKEN}`]];
  const provider = new OFREPProvider({ baseUrl: process.env.TENANTRY_URL, headers });
  await OpenFeature.setProviderAndWait(provider);
});

function details({ type, flag, default: fallback, context }) {
  switch (type) {
    case "boolean":
      return client.getBooleanDetails(flag, fallback, context);
    case "string":
      return client.getStringDetails(flag, fallback, context);
    case "integer":
    case "float":
      return client.getNumberDetails(flag, fallback, context);
    case "object":
      return client.getObjectDetails(flag, fallback, context);
    default:
      throw new Error(`no type ${type}`);
  }
}

for (const wanted of cases) {
  test(`${wanted.flag} for ${JSON.stringify(wanted.context)}`, async () => {
    const found = await details(wanted);
    assert.deepEqual(found.value, wanted.value);
    for (const field of ["reason", "variant", "errorCode"]) {
      if (field in wanted) assert.equal(found[field], wanted[field], field);
    }
  });
}

test("a percentage splits the tenants as the Rust core does", async () => {
  assert.ok(split.length >= 100);
  for (const [tenant, on] of split) {
    assert.equal(await client.getBooleanValue("quarter", !on, { targetingKey: tenant }), on, tenant);
  }
});

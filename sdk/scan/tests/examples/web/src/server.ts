import { OpenFeature, type Client } from "@openfeature/server-sdk";
import { Flags, keys } from "./flags.js";
import fallback, { FLAGS, Flag as Feature, Keys, shown } from "./lib/keys";
import { FLAGS as ALL } from "@/lib";

const client = OpenFeature.getClient();
const prefix = "check";

export async function answers(tenant: string) {
  const context = { targetingKey: tenant };
  const direct = await client.getBooleanValue("direct", false, context);
  const single = await client.getStringValue('single-quoted', "", context);
  const template = await client.getNumberDetails(`template`, 1, context);
  const object = await client.getObjectValue<Limits>("of-object", {}, context);
  const member = await client.getBooleanValue(FLAGS.newSearch, false);
  const nested = await client.getBooleanValue(FLAGS.nested.export, false);
  const quoted = await client.getBooleanValue(FLAGS["quoted-name"], false);
  const inEnum = await client.getBooleanValue(Feature.DarkMode, false);
  const inClass = await client?.getBooleanValue(Keys.CHECKOUT, false);
  const renamed = await client.getBooleanValue(shown, false) || await client.getBooleanValue(fallback, false);
  const alias = await client.getBooleanValue(ALL.newSearch as string, false);
  const joined = await client.getBooleanValue(prefix + "-out", false);
  const generated = await client.getBooleanValue(keys.newBilling, false);
  const other = `client.getBooleanValue("trap-in-a-template", ${direct})`;
  const unknown = await client.getBooleanValue(`plan-${tenant}`, false);
}

export class Billing {
  readonly #flags: Flags;

  constructor(private readonly features: Client, flags: Flags) {
    this.#flags = flags;
  }

  async run(tenant: string) {
    // this.features.getBooleanValue("trap-in-a-comment", false)
    const on = await this.features.getBooleanValue("in-a-field", false);
    return on && (await this.#flags.newBilling(tenant)) && featureOn(tenant, "wrapped") && features.on("wrapped-member");
  }
}

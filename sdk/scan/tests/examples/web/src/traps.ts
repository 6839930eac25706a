import { Client } from "pg";
import { OpenFeature } from "@openfeature/server-sdk";
import { useFlag } from "./countries";

/** Not a call: client.getBooleanValue("trap-in-docs", false) */
const flags = new Set(["trap-in-a-set"]);
const settings = new Settings();
const pg = new Client();
const button: HTMLButtonElement = find();
const text = "client.getBooleanValue('trap-in-a-string', false)";
const regex = /isEnabled("trap-in-a-regex")/;
const of = OpenFeature.getClient();

function isEnabled(name: string) {
  return name === "x";
}

export function traps(client: Database, menu: Menu) {
  useFlag("trap-country");
  isEnabled("trap-own-function");
  settings.getBooleanValue("trap-settings", false);
  pg.getBooleanValue("trap-database", false);
  client.getBooleanValue("trap-parameter", false);
  menu.isEnabled("trap-menu");
  button.isEnabled("trap-button");
  flags.has("trap-has");
  of.getBooleanValue("trap one argument only");
  of.getBooleanValue(42, false);
  of.getBooleanDetails("trap/slash", false);
  const FLAGS = { newSearch: "trap not a key" };
  of.getBooleanValue(FLAGS.newSearch, false);
  const row = { isEnabled: (name: string) => name };
  row.isEnabled("trap-object");
}

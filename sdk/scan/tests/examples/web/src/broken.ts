import { OpenFeature } from "@openfeature/server-sdk";
const client = OpenFeature.getClient();
function half( {
  const on = client.getBooleanValue("in-broken-code", false);
  if (on {

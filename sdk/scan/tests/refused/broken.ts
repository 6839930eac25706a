import { OpenFeature } from "@openfeature/server-sdk";
const client = OpenFeature.getClient();
function half( {
  const on = client.getBooleanValue("new-billing", false);

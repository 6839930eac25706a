/** What an invoice is called: in JavaScript without types. */
const { OpenFeature } = require("@openfeature/server-sdk");

const client = OpenFeature.getClient();

async function title(name) {
  if (await client.getBooleanValue("new-billing", true)) {
    return `Invoice ${name}`;
  }
  return name;
}

module.exports = { title };

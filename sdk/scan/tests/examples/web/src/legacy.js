const { startUnleash } = require("unleash-client");
const { BETA, OLD } = require("./legacy-keys");

module.exports = async function start() {
  const unleash = await startUnleash({ url: "https://flags.example.com" });
  const { isEnabled } = unleash;
  if (unleash.isEnabled("legacy") && unleash.isEnabled(BETA) && isEnabled("destructured")) {
    return unleash.getVariant(OLD).name;
  }
};

/** What an invoice is called: in JavaScript without types. */

async function title(name) {
  return `Invoice ${name}`;
}

module.exports = { title };

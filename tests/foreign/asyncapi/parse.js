// What the official parser of AsyncAPI says of a document.
//
//   node parse.js FILE   {"operations": how many, or null where it is no document,
//                         "diagnostics": [{severity, code, path, message}]}; severity 0 is an error
"use strict";

const { Parser } = require("@asyncapi/parser");
const { readFileSync } = require("node:fs");

async function main() {
  const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
  const told = diagnostics.map(({ severity, code, path, message }) => ({
    severity,
    code,
    path: path.join("."),
    message,
  }));
  const operations = document ? document.operations().all().length : null;
  console.log(JSON.stringify({ operations, diagnostics: told }));
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});

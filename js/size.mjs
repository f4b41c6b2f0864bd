// Fails when a bundle outgrows its budget: its text travels with every widget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGETS = {
  "widget.js": { raw: 100 * 1024, gzip: 34 * 1024 },
  "explore.js": { raw: 110 * 1024, gzip: 40 * 1024 },
  "several.js": { raw: 6 * 1024, gzip: 3 * 1024 },
};

for (const [name, budget] of Object.entries(BUDGETS)) {
  const text = readFileSync(new URL(`../ic_widget/static/${name}`, import.meta.url));
  const size = { raw: text.length, gzip: gzipSync(text, { level: 9 }).length };
  for (const unit of Object.keys(budget)) {
    console.log(`${name} ${unit}: ${size[unit]} of ${budget[unit]} bytes, ${budget[unit] - size[unit]} left`);
    if (size[unit] <= budget[unit]) continue;
    console.error(`${name} is over its budget: ${unit}`);
    process.exitCode = 1;
  }
}

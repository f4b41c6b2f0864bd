// Fails when the bundle outgrows its budget: its text travels with every widget and is saved with it.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = { raw: 100 * 1024, gzip: 34 * 1024 };
const text = readFileSync(new URL("../ic_widget/static/widget.js", import.meta.url));
const size = { raw: text.length, gzip: gzipSync(text, { level: 9 }).length };
const over = Object.keys(BUDGET).filter((unit) => size[unit] > BUDGET[unit]);
for (const unit of Object.keys(BUDGET))
  console.log(`widget.js ${unit}: ${size[unit]} of ${BUDGET[unit]} bytes, ${BUDGET[unit] - size[unit]} left`);
if (over.length) {
  console.error(`widget.js is over its budget: ${over.join(", ")}`);
  process.exit(1);
}

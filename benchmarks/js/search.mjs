// Time of one keystroke in the search alone, in microseconds: node search.mjs CATALOGUE.json SIZE...
// JSON on standard output: {size: {library: {build: [...], key: [...]}}}
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import Fuse from "fuse.js";
import { matchSorter } from "match-sorter";

const [path, ...sizes] = process.argv.slice(2);
const all = JSON.parse(readFileSync(path, "utf8"));
const ours = await build({
  entryPoints: [new URL("../../js/src/search.ts", import.meta.url).pathname],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  write: false,
});
const { SearchIndex } = await import(`data:text/javascript;base64,${Buffer.from(ours.outputFiles[0].contents).toString("base64")}`);

const keys = ["name", "key", "categories"];
const LIBRARIES = {
  ic_widget: (items) => {
    const index = new SearchIndex();
    index.update(items);
    return (query) => index.find(query);
  },
  "Fuse.js": (items) => {
    const fuse = new Fuse(items, { keys });
    return (query) => fuse.search(query);
  },
  "match-sorter": (items) => (query) => matchSorter(items, query, { keys }),
};
const WORDS = ["northwind crm", "maple anayltics"]; // the second is misspelt
const typed = WORDS.flatMap((word) => [...word].map((_, n) => word.slice(0, n + 1)));
const BUDGET = 1500; // milliseconds for each library and size

const timed = (work) => {
  const begun = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - begun) / 1000;
};

const found = {};
for (const size of sizes) {
  const items = all.slice(0, Number(size));
  const cases = Object.entries(LIBRARIES).map(([name, make]) => ({ name, make, build: [], key: [], spent: 0 }));
  for (let round = 0; round < 6; round++) {
    for (const one of cases) {
      if (round > 0 && one.spent > BUDGET * 1000) continue;
      let find;
      const build = timed(() => {
        find = one.make(items);
      });
      const key = typed.map((query) => timed(() => find(query)));
      one.spent += build + key.reduce((a, b) => a + b);
      if (round === 0 && size === sizes[0]) continue; // until the engine has compiled it
      one.build.push(build);
      one.key.push(...key);
    }
  }
  found[size] = Object.fromEntries(cases.map(({ name, build, key }) => [name, { build, key }]));
}
console.log(JSON.stringify(found));

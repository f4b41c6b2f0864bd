// Bundles src/widget.ts and its stylesheet into the Python package.
import { readFile, writeFile } from "node:fs/promises";
import { build, context } from "esbuild";
import { minify } from "terser";

const BUNDLE = "../ic_widget/static/widget.js";
const options = {
  outdir: "../ic_widget/static",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};
const css = { ...options, entryPoints: { widget: "src/widget.css" } };
const js = {
  ...options,
  entryPoints: { widget: "src/widget.ts" },
  jsx: "transform",
  jsxFactory: "jsxElement",
  jsxFragment: "jsxFragment",
  inject: ["src/jsx.ts"],
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  banner: { js: "/* Contains Preact 10, MIT, (c) 2015-present Jason Miller: preactjs.com */" },
};

// Of properties that only our own code knows; tests/internal-names.test.ts keeps names out that others know too.
const internal = JSON.parse(await readFile("internal-names.json", "utf8"));
const properties = { regex: new RegExp(`^(${internal.join("|")})$`), keep_quoted: true };
// String(x) becomes ""+x, which differs for symbols alone; functions without `this` become arrows, which `new` cannot call.
const unsafe = { unsafe: true, unsafe_arrows: true };

// The bundle's text travels with every widget: a second minifier takes off another twentieth.
async function shrink() {
  const compress = {
    passes: 3,
    ecma: 2020,
    keep_fargs: false,
    pure_getters: true,
    lhs_constants: false,
    ...unsafe,
  };
  const text = await readFile(BUNDLE, "utf8");
  const { code } = await minify(text, {
    module: true,
    compress,
    mangle: { properties },
    format: { comments: /Contains/, ecma: 2020, wrap_func_args: false },
  });
  await writeFile(BUNDLE, code);
}

if (process.argv.includes("--watch")) {
  for (const o of [js, css]) await (await context(o)).watch();
} else {
  await Promise.all([build(js).then(shrink), build(css)]);
}

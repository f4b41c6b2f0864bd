// Bundles src/widget.ts and its stylesheet into the Python package.
import { build, context } from "esbuild";

const options = {
  entryPoints: { widget: "src/widget.ts" },
  outdir: "../ic_widget/static",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  banner: { js: "/* Contains Preact 11, MIT licence, (c) 2015-present Jason Miller: preactjs.com */" },
  logLevel: "warning",
};
const css = { ...options, banner: {}, entryPoints: { widget: "src/widget.css" } };

if (process.argv.includes("--watch")) {
  for (const o of [options, css]) await (await context(o)).watch();
} else {
  await Promise.all([build(options), build(css)]);
}

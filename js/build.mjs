// Bundles src/widget.ts, src/explore.ts, src/several.ts and their stylesheets into the Python package.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { build, context } from "esbuild";
import { minify } from "terser";

const STATIC = "../ic_widget/static";
const options = {
  outdir: STATIC,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};
const css = {
  ...options,
  entryPoints: { widget: "src/widget.css", explore: "src/explore.css", several: "src/several.css" },
};
// Without Preact: too small to need it.
const plain = { ...options, entryPoints: { saved: "src/saved.ts", several: "src/several.ts" } };
const js = {
  ...options,
  entryPoints: { widget: "src/widget.ts", explore: "src/explore.ts" },
  jsx: "transform",
  jsxFactory: "jsxElement",
  jsxFragment: "jsxFragment",
  inject: ["src/jsx.ts"],
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  banner: { js: "/* Contains Preact 10, MIT, (c) 2015-present Jason Miller: preactjs.com */" },
};

// Of properties that only the bundle knows, its Preact included; tests/internal-names.test.ts keeps others' names out.
const { ours, preact } = JSON.parse(await readFile("internal-names.json", "utf8"));
const properties = { regex: new RegExp(`^(${[...ours, ...preact].join("|")})$`), keep_quoted: true };
// String(x) becomes ""+x, which differs for symbols alone; functions without `this` become arrows, which `new` cannot call.
const unsafe = { unsafe: true, unsafe_arrows: true };

// A bundle's text travels with every widget: a second minifier takes off another twentieth.
async function shrink(bundle) {
  const compress = {
    passes: 3,
    ecma: 2020,
    keep_fargs: false,
    pure_getters: true,
    lhs_constants: false,
    // Commas cost more than they save once the text is compressed.
    sequences: false,
    ...unsafe,
  };
  const text = await readFile(bundle, "utf8");
  const { code } = await minify(text, {
    module: true,
    compress,
    mangle: { properties: { ...properties, builtins: true } },
    // Escapes of one kind compress better than letters of several bytes.
    format: { comments: /Contains/, ecma: 2020, wrap_func_args: false, ascii_only: true },
  });
  await writeFile(bundle, once(code));
}

// Hosts run the module once for each widget and free none of it: what it makes is made once for each page.
function once(code) {
  const body = code.replace(/export\{([\w$]+) as default\};?\s*$/, "return $1");
  if (body === code) throw new Error("the bundle does not end with its export");
  const name = createHash("sha256").update(code).digest("base64url").slice(0, 8);
  return `export default globalThis[Symbol.for("ic_widget ${name}")]??=made();function made(){${body}}`;
}

if (process.argv.includes("--watch")) {
  for (const o of [js, css, plain]) await (await context(o)).watch();
} else {
  const shrunk = build(js).then(() =>
    Promise.all(Object.keys(js.entryPoints).map((name) => shrink(`${STATIC}/${name}.js`))),
  );
  await Promise.all([shrunk, build(css), build(plain)]);
}

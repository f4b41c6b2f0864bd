// Bytes of each front end, bundled and minified in the same way; as JSON on standard output.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const OURS = new URL("../../js/src/widget.ts", import.meta.url).pathname;
const REACT = `import { createElement } from "react"; import { createRoot } from "react-dom/client";`;
const MOUNT = "export const mount = (el, props) => createRoot(el).render(createElement(Form, props));";

const CASES = {
  "ic_widget, everything": `export { default } from ${JSON.stringify(OURS)};`,
  "@nangohq/frontend (opens tabs, has no form)": `export { default } from "@nangohq/frontend";`,
  "rjsf + ajv + React": `${REACT} import Form0 from "@rjsf/core"; import validator from "@rjsf/validator-ajv8";
    const Form = (props) => createElement(Form0, { validator, ...props }); ${MOUNT}`,
  "@membranehq/react DataInput + React": `${REACT} import { DataInput as Form } from "@membranehq/react"; ${MOUNT}`,
};

const sizes = {};
for (const [name, contents] of Object.entries(CASES)) {
  const result = await build({
    stdin: { contents, resolveDir: new URL(".", import.meta.url).pathname },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    platform: "browser",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".css": "empty", ".svg": "dataurl", ".png": "dataurl" },
    logLevel: "error",
    write: false,
  });
  const text = result.outputFiles[0].contents;
  sizes[name] = { raw: text.length, gzip: gzipSync(text, { level: 9 }).length };
}
const css = readFileSync(new URL("../../ic_widget/static/widget.css", import.meta.url));
sizes["ic_widget, style sheet"] = { raw: css.length, gzip: gzipSync(css, { level: 9 }).length };
console.log(JSON.stringify(sizes));

import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    // Notebook pages may forbid eval: everything runs where code cannot be made from text.
    execArgv: ["--disallow-code-generation-from-strings"],
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    // Notebook pages may forbid eval: everything runs where code cannot be made from text.
    execArgv: ["--disallow-code-generation-from-strings"],
    // Measured by `npm run coverage` alone: `npm test` stays fast. What is reached in a browser only counts as missed.
    coverage: {
      provider: "v8",
      include: ["src/**"],
      reporter: ["text-summary"],
      thresholds: { statements: 95, branches: 89, functions: 95, lines: 97 },
    },
  },
});

import { expect, it } from "vitest";

it("runs where no code can be made from text, as under a strict Content-Security-Policy", () => {
  expect(() => new Function("return 1")).toThrow(EvalError);
});

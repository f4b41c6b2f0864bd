/** What the build turns JSX into: calls of `h`, which are shorter than those of the automatic runtime. */
export { Fragment as jsxFragment, h as jsxElement } from "preact";

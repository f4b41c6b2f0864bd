/** Attributes of every text field: what is typed is a key, a name or an address, not prose to be corrected. */
// Spelled so that preact sets the attribute: the property of that name is true or false, not "off".
export const VERBATIM = {
  autocomplete: "off",
  autocapitalize: "off",
  autoCorrect: "off",
  spellcheck: false,
} as const;

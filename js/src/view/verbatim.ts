/** Attributes of every text field: what is typed is a key, a name or an address, not prose to be corrected. */
export const VERBATIM = {
  autocomplete: "off",
  autocapitalize: "off",
  autocorrect: "off",
  spellcheck: false,
} as const;

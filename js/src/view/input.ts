/** What every field for names, addresses and ids has in common. */

/** Nothing is completed, corrected or capitalised. */
export const PLAIN_TEXT = {
  autocomplete: "off",
  autocapitalize: "off",
  // As the property has it, which Preact sets: the text "off" would be true.
  autocorrect: false as unknown as string,
  spellcheck: false,
} as const;

/** Whether the key belongs to an input method; WebKit sends its last Enter after the composition, as key code 229. */
export const isComposing = (event: KeyboardEvent) => event.isComposing || event.keyCode === 229;

/** Keys of an input method, in every field. */

/** Whether the key belongs to an input method; WebKit sends its last Enter after the composition, as key code 229. */
export const isComposing = (event: KeyboardEvent) => event.isComposing || event.keyCode === 229;

/** A secret of several lines while it is masked: its control holds dots, which is all that a screen reader or a copy gets. */

/** A dot for each character; lines end where they end. */
export const veil = (text: string) => text.replace(/[^\n]/g, "•");

/** Which part of the text was replaced, from where to where and by what, from what a control held, holds, and its caret. */
export function editOf(before: string, after: string, caret: number): [number, number, string] {
  const to = before.length - after.length + caret;
  let from = 0;
  while (from < to && from < caret && before[from] === after[from]) from++;
  const text = after.slice(from, caret);
  // An undo brings back what the browser has seen.
  return text.includes("•") ? [from, from, ""] : [from, to, text];
}

/** How far what was typed is from a word: letters left out, added, swapped or wrong. */

const LEAST = 4;
const LONG = 8;
/** A wrong letter is rarer than one left out, added or swapped. */
const WRONG = 1.2;
/** What each letter that has not been typed yet adds: of two words with one slip the shorter one is meant. */
const REST = 0.05;

/** Of every word: how far `token` is from its beginning; Infinity with more than a slip, or two in a long one. */
export function slips(token: string): (word: string) => number {
  const most = token.length < LEAST ? 0 : token.length < LONG ? WRONG : 1 + WRONG;
  // The same words are in many names.
  const known = new Map<string, number>();
  return (word) => {
    if (word.startsWith(token)) return 0;
    if (isFar(token, word, most)) return Infinity;
    const cost = known.get(word) ?? distance(token, word, most);
    known.set(word, cost);
    return cost;
  };
}

/** Most words are so far off that their length and letters alone say so. */
function isFar(token: string, word: string, most: number): boolean {
  if (word.length + most < token.length) return true;
  const letters = word.length > token.length + 2 ? word.slice(0, token.length + 2) : word;
  let foreign = 0;
  for (let n = 0; n < token.length; n++)
    if (!letters.includes(token[n] as string) && ++foreign > most) return true;
  return false;
}

/** The optimal string alignment distance of `token` to that beginning of `word` that is nearest. */
function distance(token: string, word: string, most: number): number {
  const letters = word.slice(0, token.length + 2);
  let before: number[] = [];
  let row = Array.from({ length: letters.length + 1 }, (_, n) => n);
  for (let t = 1; t <= token.length; t++) {
    const next = [t];
    let least = t;
    for (let w = 1; w <= letters.length; w++) {
      const same = token[t - 1] === letters[w - 1];
      const swapped = t > 1 && w > 1 && token[t - 1] === letters[w - 2] && token[t - 2] === letters[w - 1];
      const cost = Math.min(
        at(row, w - 1) + (same ? 0 : WRONG),
        at(row, w) + 1,
        at(next, w - 1) + 1,
        swapped ? at(before, w - 2) + 1 : Infinity,
      );
      next.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return Infinity;
    [before, row] = [row, next];
  }
  let best = Infinity;
  row.forEach((cost, w) => {
    if (cost <= most) best = Math.min(best, cost + REST * (word.length - w));
  });
  return best;
}

const at = (row: number[], n: number) => row[n] ?? Infinity;

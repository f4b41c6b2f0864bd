/** Search in the page: accents, word order and one slip per word are forgiven; better matches come first. */
import type { Integration } from "./messages";

/** Lower case, accents dropped, everything but letters and digits a space. */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

interface Entry {
  item: Integration;
  /** The folded name, with a space before each word. */
  name: string;
  /** The folded name, key and categories, likewise. */
  all: string;
}

const SHORTEST_WITH_SLIP = 4;

/** Whether some beginning of `word` is `token` with at most one letter wrong, missing, added or swapped. */
export function isNear(token: string, word: string): boolean {
  let at = 0;
  while (at < token.length && token[at] === word[at]) at++;
  if (at === token.length) return true;
  const swapped = token[at] === word[at + 1] && token[at + 1] === word[at];
  return (
    word.startsWith(token.slice(at + 1), at + 1) ||
    word.startsWith(token.slice(at), at + 1) ||
    word.startsWith(token.slice(at + 1), at) ||
    (swapped && word.startsWith(token.slice(at + 2), at + 2))
  );
}

/** A growing list of integrations that can be searched. */
export class SearchIndex {
  #entries: Entry[] = [];
  #items: Integration[] = [];

  /** The index of these items; those that it knows already are not folded again. */
  update(items: Integration[]): void {
    if (items === this.#items) return;
    this.#entries = items.map((item, n) =>
      this.#items[n] === item ? (this.#entries[n] ?? enter(item)) : enter(item),
    );
    this.#items = items;
  }

  find(query: string): Integration[] {
    const folded = fold(query);
    if (!folded) return this.#items;
    const tokens = folded.split(" ");
    const exact = this.#rank((entry) => rank(entry, folded, tokens));
    return exact.length ? exact : this.#rank((entry) => (hasSlip(entry, tokens) ? 0 : null));
  }

  #rank(rankOf: (entry: Entry) => number | null): Integration[] {
    const ranks: Integration[][] = [[], [], [], [], []];
    for (const entry of this.#entries) {
      const found = rankOf(entry);
      if (found !== null) ranks[found]?.push(entry.item);
    }
    return ranks.flat();
  }
}

function enter(item: Integration): Entry {
  const name = ` ${fold(item.name)}`;
  return { item, name, all: `${name} ${fold(`${item.key} ${(item.categories ?? []).join(" ")}`)}` };
}

/** 0, the name itself; 1, its beginning; 2, beginnings of its words; 3, within them; 4, the key or a category. */
function rank(entry: Entry, query: string, tokens: string[]): number | null {
  if (!tokens.every((token) => entry.all.includes(token))) return null;
  if (entry.name.startsWith(query, 1)) return entry.name.length === query.length + 1 ? 0 : 1;
  if (tokens.every((token) => entry.name.includes(` ${token}`))) return 2;
  return tokens.every((token) => entry.name.includes(token)) ? 3 : 4;
}

function hasSlip(entry: Entry, tokens: string[]): boolean {
  const words = entry.name.slice(1).split(" ");
  return tokens.every((token) =>
    words.some((word) => (token.length < SHORTEST_WITH_SLIP ? word.startsWith(token) : isNear(token, word))),
  );
}

/** Search in the page: accents, word order and one slip per word are forgiven; better matches come first. */
import type { Integration } from "./messages";

/** Lower case, accents dropped, everything but letters and digits a space. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  const plain = ASCII.test(lower)
    ? lower
    : lower
        .normalize("NFD")
        .replace(/\p{M}+/gu, "")
        .replace(/[øłđıßæœ]/g, (letter) => WHOLE[letter] ?? letter);
  return plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Letters that Unicode does not take apart into one of the alphabet and a mark. */
const WHOLE: Record<string, string> = { ø: "o", ł: "l", đ: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe" };

const ASCII = /^[ -~]*$/;

interface Entry {
  item: Integration;
  /** The folded name, with a space before each word. */
  name: string;
  /** The folded name, key and categories, likewise. */
  all: string;
}

const NONE: ReadonlySet<string> = new Set();

/** A growing list of integrations that can be searched. */
export class SearchIndex {
  readonly #entries: Entry[] = [];
  #items: Integration[] = [];

  /** The index of these items; those that it knows already are not folded again. */
  update(items: Integration[]): void {
    const known = this.#items;
    if (items === known) return;
    // In place, and without a call for each item: this runs for every page that comes.
    for (let n = 0; n < items.length; n++) {
      const item = items[n] as Integration;
      if (item !== known[n]) this.#entries[n] = enter(item);
    }
    this.#entries.length = items.length;
    this.#items = items;
  }

  /** What matches, and after it what the engine says matches, for reasons of its own (such as a description). */
  find(query: string, engines: ReadonlySet<string> = NONE): Integration[] {
    const found = this.#find(query);
    if (!engines.size) return found;
    const known = new Set(found);
    return [...found, ...this.#items.filter((item) => engines.has(item.key) && !known.has(item))];
  }

  #find(query: string): Integration[] {
    const folded = fold(query);
    if (!folded) return this.#items;
    const tokens = folded.split(" ");
    const exact = this.#rank((entry) => rank(entry, folded, tokens));
    if (exact.length) return exact;
    const tests = tokens.map(nearly);
    return this.#rank((entry) => (tests.every((test) => test(entry.name)) ? 0 : null));
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

const SHORTEST_WITH_SLIP = 4;

/** A test of folded names: whether some word begins with `token`, give or take one letter. */
export function nearly(token: string): (name: string) => boolean {
  if (token.length < SHORTEST_WITH_SLIP) return (name) => name.includes(` ${token}`);
  // Cut once, not for every word of every name.
  const rest = Array.from({ length: token.length + 2 }, (_, n) => token.slice(n));
  return (name) => {
    const begins = (from: number, to: number) => name.startsWith(rest[from] ?? "", to);
    for (let start = 1; start > 0; start = name.indexOf(" ", start) + 1) {
      let at = 0;
      while (at < token.length && token[at] === name[start + at]) at++;
      const here = start + at;
      const swapped = token[at] === name[here + 1] && token[at + 1] === name[here];
      if (
        at === token.length ||
        begins(at + 1, here + 1) ||
        begins(at, here + 1) ||
        begins(at + 1, here) ||
        (swapped && begins(at + 2, here + 2))
      ) {
        return true;
      }
    }
    return false;
  };
}

/** Search in the page: accents, word order, spaces and a slip or two are forgiven; better matches come first. */
import { fold, joined } from "./fold";
import type { Integration } from "./messages";
import { slips } from "./slips";

/** Fewer hits than that, and descriptions are searched too, here and on the engine. */
export const FEW = 6;

interface Entry {
  item: Integration;
  /** The folded name, with a space before each word. */
  name: string;
  /** The folded name and key, likewise. */
  known: string;
  /** The folded name, key and categories, likewise. */
  all: string;
  /** The name without spaces. */
  solid: string;
  /** The folded description, once it was needed. */
  about?: string;
  /** The words of `known` and the name without spaces, likewise. */
  words?: string[];
}

/** How well an entry matches, best first; what needs a slip, the description or fewer words comes after all of them. */
const EXACT = 0;
const BEGINS = 1;
const WORDS = 2;
const KEY = 3;
const WITHIN = 4;
const CATEGORY = 5;

const NONE: ReadonlySet<string> = new Set();

/** A growing list of integrations that can be searched. */
export class SearchIndex {
  /** By name, once a search needed it so. */
  #sorted: Entry[] = [];
  readonly #entries: Entry[] = [];
  #items: Integration[] = [];
  #aliases: [name: string, means: string][] = [];

  /** Abbreviations and other names that people type, each with what it stands for. */
  alias(aliases: { [name: string]: string }): void {
    this.#aliases = Object.entries(aliases).map(([name, means]) => [fold(name), fold(means)]);
  }

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
    this.#sorted = [];
  }

  /** What matches, and after it what the engine says matches, for reasons of its own. */
  find(query: string, engines: ReadonlySet<string> = NONE): Integration[] {
    if (!query.trim()) return this.#items;
    const found = this.#find(query);
    if (!engines.size) return found;
    const known = new Set(found);
    return [...found, ...this.#items.filter((item) => engines.has(item.key) && !known.has(item))];
  }

  #find(query: string): Integration[] {
    if (!this.#sorted.length) this.#sorted = this.#entries.slice().sort(byName);
    const labels = labelsOf(query);
    if (labels) {
      const named = this.#rank([fold(query)], BEGINS);
      if (named.length) return named;
      for (let n = labels.length; n > 1; n--) {
        const site = this.#rank(this.#readings(labels.slice(0, n).join(" ")), KEY);
        if (site.length) return site;
      }
    }
    const folded = labels ? (labels[0] as string) : fold(query);
    if (!folded) return [];
    const readings = this.#readings(folded);
    let found = this.#rank(readings);
    if (!found.length) found = this.#rank(readings.map(singular));
    if (!found.length) found = this.#slipped(readings);
    if (found.length < FEW) {
      const known = new Set(found);
      found.push(...this.#described(folded).filter((item) => !known.has(item)));
    }
    return found.length ? found : this.#partly(readings);
  }

  /** The query itself, and what it says where a word of it is an abbreviation or another name. */
  #readings(query: string): string[] {
    const spaced = ` ${query} `;
    const meant = this.#aliases
      .filter(([name]) => spaced.includes(` ${name} `))
      .map(([name, means]) => spaced.replace(` ${name} `, ` ${means} `).trim());
    return [query, ...meant];
  }

  #rank(readings: string[], worst = CATEGORY): Integration[] {
    const asked = readings.map((text) => ({ text, tokens: text.split(" "), solid: joined(text) }));
    const ranks: Integration[][] = Array.from({ length: 2 * CATEGORY + 2 }, () => []);
    for (const entry of this.#sorted) {
      let best = Infinity;
      for (let n = 0; n < asked.length; n++) {
        // What only an alias leads to comes after what is called so.
        const rank = rankOf(entry, asked[n] as Asked) + (n && 0.5);
        if (rank < best) best = rank;
      }
      if (best < worst + 1) ranks[best * 2]?.push(entry.item);
    }
    return ranks.flat();
  }

  /** Every word is there, give or take a slip. */
  #slipped(readings: string[]): Integration[] {
    const tests = readings.flatMap((text) => [
      text.split(" ").map(slips),
      ...(text.includes(" ") ? [[slips(joined(text))]] : []),
    ]);
    return this.#score((words) => {
      let least = Infinity;
      for (const tokens of tests) {
        let cost = 0;
        for (let n = 0; n < tokens.length && cost < least; n++) {
          let nearest = Infinity;
          for (const word of words)
            nearest = Math.min(nearest, (tokens[n] as (word: string) => number)(word));
          cost += nearest;
        }
        least = Math.min(least, cost);
      }
      return -least;
    });
  }

  /** Every word is there, counting the description too. */
  #described(query: string): Integration[] {
    const tokens = forms(query).map((each) => each.map((word) => ` ${word}`));
    const found: Integration[] = [];
    for (const entry of this.#sorted) {
      entry.about ??= ` ${fold(entry.item.description ?? "")}`;
      const { about, all } = entry;
      if (tokens.every((each) => each.some((word) => about.includes(word) || all.includes(word))))
        found.push(entry.item);
    }
    return found;
  }

  /** Some words are there: the more of them the better, then the more of the name. */
  #partly(readings: string[]): Integration[] {
    const asked = readings.map(forms).filter((tokens) => tokens.length > 1);
    return this.#score((words, named) => {
      let best = -Infinity;
      for (const tokens of asked) {
        const hits = tokens.filter((each) => words.some((word) => each.includes(word)));
        if (!hits.length) continue;
        const whole = hits.length >= named;
        // "atlassian jira" is the product, "sharepoint online" the rarer word.
        const tie = whole ? tokens.lastIndexOf(hits.at(-1) as string[]) : hits.join("").length;
        best = Math.max(best, hits.length + (whole ? 0.5 : hits.length / named / 2) + tie / 1000);
      }
      return best;
    });
  }

  /** The highest first; of equals those of the word that more names have, then the shorter names. */
  #score(scoreOf: (words: string[], named: number) => number): Integration[] {
    const found: { item: Integration; score: number; named: number; first: string }[] = [];
    for (const entry of this.#sorted) {
      entry.words ??= [...entry.known.slice(1).split(" "), entry.solid];
      const named = entry.name.split(" ").length - 1;
      const score = scoreOf(entry.words, named);
      if (score > -Infinity) found.push({ item: entry.item, score, named, first: entry.words[0] as string });
    }
    const names = new Map<string, number>();
    for (const { first } of found) names.set(first, (names.get(first) ?? 0) + 1);
    const common = ({ first }: { first: string }) => names.get(first) ?? 0;
    found.sort((a, b) => b.score - a.score || common(b) - common(a) || a.named - b.named);
    return found.map(({ item }) => item);
  }
}

interface Asked {
  text: string;
  tokens: string[];
  solid: string;
}

function enter(item: Integration): Entry {
  const folded = fold(item.name);
  const name = ` ${folded}`;
  const known = `${name} ${fold(item.key)}`;
  return {
    item,
    name,
    known,
    all: `${known} ${fold((item.categories ?? []).join(" "))}`,
    solid: joined(folded),
  };
}

const byName = (a: Entry, b: Entry) => (a.name < b.name ? -1 : Number(a.name > b.name));
const begins = (text: string, word: string) => text.includes(` ${word}`);

function rankOf({ name, known, all, solid: named }: Entry, { text, tokens, solid }: Asked): number {
  const at = named.indexOf(solid);
  if (at === 0) return named === solid ? EXACT : BEGINS;
  if (!tokens.every((token) => all.includes(token))) return at > 0 && wordAt(name, at) ? WORDS : Infinity;
  if (name.startsWith(text, 1)) return BEGINS;
  const every = (test: (token: string) => boolean) => tokens.every(test);
  if (every((token) => begins(name, token)) || (at > 0 && wordAt(name, at))) return WORDS;
  if (every((token) => begins(known, token))) return KEY;
  return every((token) => name.includes(token)) ? WITHIN : CATEGORY;
}

/** Whether a word of the name begins after that many letters. */
function wordAt(name: string, letters: number): boolean {
  let seen = 0;
  for (let n = 1; n < name.length && seen <= letters; n++) {
    if (name[n] === " ") continue;
    if (seen === letters) return name[n - 1] === " ";
    seen++;
  }
  return false;
}

/** Each word without the s of its plural. */
const singular = (text: string) =>
  text
    .split(" ")
    .map((word) => (word.length > 2 ? word.replace(/ies$/, "y").replace(/([^s])s$/, "$1") : word))
    .join(" ");

/** Each word, and the one that it is the plural of. */
const forms = (text: string) => text.split(" ").map((word) => [word, singular(word)]);

const ADDRESS = /^(?:\w+:\/\/)?(?:[^\s/@]*@)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?::\d+)?(?:[/?#]\S*)?$/u;

/** Of an address or a domain: the site's own name, then the names below it from right to left; null of all else. */
function labelsOf(query: string): string[] | null {
  const host = ADDRESS.exec(query.trim())?.[1];
  if (!host) return null;
  const labels = host.split(".").map(fold);
  labels.pop();
  // Countries have second levels of their own: example.co.uk, example.com.au.
  if (labels.length > 1 && /^(com?|org|net|ac|gov)$/.test(labels.at(-1) as string)) labels.pop();
  return labels.reverse();
}

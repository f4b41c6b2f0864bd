/** Regular expressions that others wrote, matched without backtracking, so that none of them can stop the page. */

type Holds = (chars: string[], at: number, budget: Budget) => boolean;

/** A place in a pattern: a character to take, something that must hold there, and where it goes on from. */
interface Place {
  takes?: (char: string) => boolean;
  holds?: Holds;
  to: Place[];
}

/** Makes the places for a part of a pattern that goes on at `next`, and is the first of them. */
type Part = (next: Place) => Place;

/** Thrown where a pattern is not judged here: the engine knows its own patterns. */
class Unjudged extends Error {}

/** Most places of a pattern, and steps for one text. */
const LARGEST = 20_000;
interface Budget {
  steps: number;
}

const END: Place = { to: [] };
const known = new Map<string, Place | null>();

/** Whether the pattern is found in the text, as `RegExp.test` has it; null where that is not judged. */
export function matches(pattern: string, text: string): boolean | null {
  if (!known.has(pattern))
    known.set(
      pattern,
      judged(() => compile(pattern)),
    );
  const start = known.get(pattern);
  return start ? judged(() => run(start, [...text], 0, false, { steps: 500_000 })) : null;
}

function judged<T>(find: () => T): T | null {
  try {
    return find();
  } catch (error) {
    if (error instanceof Unjudged) return null;
    throw error;
  }
}

/** All places that can be reached are followed at once, character by character. */
function run(start: Place, chars: string[], from: number, here: boolean, budget: Budget): boolean {
  let reached: Place[] = [start];
  for (let at = from; reached.length; at++) {
    const seen = new Set<Place>();
    for (let place = reached.pop(); place; place = reached.pop()) {
      if (place === END) return true;
      if (seen.has(place) || place.takes) {
        seen.add(place);
        continue;
      }
      seen.add(place);
      if (--budget.steps < 0) throw new Unjudged();
      if (place.holds?.(chars, at, budget) ?? true) reached.push(...place.to);
    }
    const char = chars[at];
    if (char === undefined) return false;
    budget.steps -= seen.size;
    reached = [...seen].filter((place) => place.takes?.(char)).flatMap((place) => place.to);
    if (!here) reached.push(start);
  }
  return false;
}

/** ECMA-262 as JSON Schema wants it, else without the flag that makes stray escapes an error. */
function expression(source: string): RegExp {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(source, flags);
    } catch {}
  }
  throw new Unjudged();
}

const ATOM =
  /\[(?:\\.|[^\\\]])*\]|\\(?:u\{[\da-f]+\}|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|p\{[^}]*\}|.)|[^\\[]/isuy;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;
const GROUP = /\((?:\?(?:([:=!])|<[\w$]+>))?/y;
const EDGE = /\^|\$|\\b/iy;

function compile(pattern: string): Place {
  expression(pattern);
  let at = 0;
  let places = 0;
  const read = (what: RegExp): RegExpExecArray | null => {
    what.lastIndex = at;
    const found = what.exec(pattern);
    at += found?.[0].length ?? 0;
    return found;
  };
  const place = (of: Place): Place => {
    if (++places > LARGEST) throw new Unjudged();
    return of;
  };

  const alternatives = (): Part => {
    const ways = [sequence()];
    while (pattern[at] === "|") {
      at++;
      ways.push(sequence());
    }
    return (next) => place({ to: ways.map((way) => way(next)) });
  };
  const sequence = (): Part => {
    const parts: Part[] = [];
    while (at < pattern.length && pattern[at] !== "|" && pattern[at] !== ")") parts.push(term());
    return (next) => parts.reduceRight((after, part) => part(after), next);
  };
  const term = (): Part => {
    const part = atom();
    const found = read(QUANTIFIER);
    if (!found) return part;
    const [, sign, least, comma, most] = found;
    const low = sign ? Number(sign === "+") : Number(least);
    const high = sign === "?" ? 1 : sign || (comma && !most) ? Number.POSITIVE_INFINITY : Number(most || low);
    return (next) => {
      let start = next;
      if (high === Number.POSITIVE_INFINITY) {
        start = place({ to: [next] });
        start.to.push(part(start));
      } else {
        for (let n = low; n < high; n++) start = place({ to: [next, part(start)] });
      }
      for (let n = 0; n < low; n++) start = part(start);
      return start;
    };
  };
  const atom = (): Part => {
    const edge = read(EDGE)?.[0];
    if (edge) return (next) => place({ holds: EDGES.get(edge) as Holds, to: [next] });
    const group = read(GROUP);
    if (group) {
      const inner = alternatives();
      // Nothing but ")" can end it; what begins otherwise, such as (?<= and (?i:, is not known here.
      if (pattern[at++] !== ")") throw new Unjudged();
      const kind = group[1];
      if (kind !== "=" && kind !== "!") return inner;
      const start = inner(END);
      const holds: Holds = (chars, from, budget) => run(start, chars, from, true, budget) === (kind === "=");
      return (next) => place({ holds, to: [next] });
    }
    const [source] = read(ATOM) ?? [];
    // A back reference, or the rest of a group that is not known here.
    if (!source || /^(\\[1-9k]|[?*+])/.test(source)) throw new Unjudged();
    const one = expression(`^(?:${source})$`);
    return (next) => place({ takes: (char) => one.test(char), to: [next] });
  };
  const whole = alternatives();
  if (at < pattern.length) throw new Unjudged();
  return whole(END);
}

const word = (char: string | undefined) => char !== undefined && /^\w$/.test(char);
const between = (chars: string[], at: number) => word(chars[at - 1]) !== word(chars[at]);
const EDGES = new Map<string, Holds>([
  ["^", (_, at) => at === 0],
  ["$", (chars, at) => at === chars.length],
  ["\\b", between],
  ["\\B", (chars, at) => !between(chars, at)],
]);

/** The little markdown that descriptions use, as elements: paragraphs, lists, bold, italic, code, web links. Never HTML. */
import type { ComponentChild } from "preact";
import { seen } from "../foreign-text";
import * as S from "../strings";

/** As many characters as are read: no description needs more, and the expressions below look ahead from each. */
const LONGEST = 4000;

const INLINE =
  /`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|\*([^*\s][^*]*)\*|\b_([^_]+)_\b|\[([^\]]*)\]\(\s*<?([^\s)>]*)(?=[\s)>])>?[^)]*\)|<?(https?:\/\/[^\s<>]*[^\s<>.,;:!?'")\]])>?/;

export function inline(text: string): ComponentChild[] {
  const parts: ComponentChild[] = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    const [all, code, bold, bold2, italic, italic2, label, target, address] = found;
    parts.push(rest.slice(0, found.index));
    if (code) parts.push(<code class="icw-code">{code}</code>);
    else if (bold ?? bold2) parts.push(<strong>{inline(bold ?? bold2 ?? "")}</strong>);
    else if (italic ?? italic2) parts.push(<em>{inline(italic ?? italic2 ?? "")}</em>);
    else if (address) parts.push(<Link href={address}>{address}</Link>);
    else if (/^https?:\/\//i.test(target ?? ""))
      parts.push(<Link href={target ?? ""}>{label || target}</Link>);
    else parts.push(label);
    rest = rest.slice(found.index + all.length);
  }
  parts.push(rest);
  return parts;
}

export function Link({ href, children }: { href: string; children: ComponentChild }) {
  return (
    <a class="icw-link" href={href} target="_blank" rel="noopener noreferrer">
      {children}
      <span class="icw-hidden"> {S.newTab}</span>
    </a>
  );
}

const BULLET = /^\s*[-*+]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;
const HEADING = /^\s*#{1,6}\s+/;

export function Markdown({ text, id }: { text: string; id?: string }) {
  const whole = seen(text).trim();
  const blocks = (whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole).split(
    /\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)|\n(?=#{1,6}\s)/,
  );
  const shown: ComponentChild[] = [];
  for (let n = 0; n < blocks.length; n++) {
    const kind = [BULLET, NUMBER].find((start) => start.test(blocks[n] ?? ""));
    if (!kind) {
      const heading = HEADING.test(blocks[n] ?? "");
      const body = inline((blocks[n] ?? "").replace(HEADING, ""));
      shown.push(<p>{heading ? <strong>{body}</strong> : body}</p>);
      continue;
    }
    const items: ComponentChild[] = [];
    for (; n < blocks.length && kind.test(blocks[n] ?? ""); n++) {
      items.push(<li>{inline((blocks[n] ?? "").replace(kind, ""))}</li>);
    }
    n--;
    shown.push(kind === BULLET ? <ul>{items}</ul> : <ol>{items}</ol>);
  }
  return (
    <div class="icw-markdown icw-help" id={id}>
      {shown}
    </div>
  );
}

/** An answer as a tree that folds: WAI-ARIA's tree view, with one row as its stop for Tab. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { seen } from "../foreign-text";
import { isLong } from "../integers";
import { isObject } from "../messages";
import { useExplorer } from "./context";
import type { Result } from "./messages";
import { brief, glimpse, type Row, rowsOf, step } from "./rows";
import { T } from "./strings";

/** Rows drawn at once; whoever opens more has Python. */
const MOST = 2000;

export function Tree({ result }: { result: Result }) {
  const { id } = useExplorer();
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState("");
  const moved = useRef(false);
  const tree = useRef<HTMLDivElement>(null);
  const rows = rowsOf(result, toggled).slice(0, MOST);
  const current = rows.some((row) => row.at === active) ? active : "";
  useLayoutEffect(() => {
    if (moved.current) tree.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    moved.current = false;
  });
  const toggle = (at: string) => {
    const now = new Set(toggled);
    if (!now.delete(at)) now.add(at);
    setToggled(now);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = step(event.key, rows, current);
    if (!next) return;
    event.preventDefault();
    if (next.toggle !== undefined) toggle(next.toggle);
    if (next.go !== undefined) {
      moved.current = true;
      setActive(next.go);
    }
  };
  return (
    <div class="icw-tree" role="tree" aria-label={T.result} ref={tree} onKeyDown={onKeyDown}>
      {rows.map((row) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the tree
        <div
          key={row.at}
          id={id(`row${row.at}`)}
          class="icw-tree-row"
          role="treeitem"
          tabIndex={row.at === current ? 0 : -1}
          aria-level={row.level}
          aria-posinset={row.place}
          aria-setsize={row.of}
          aria-expanded={row.folds ? row.open : undefined}
          aria-selected={row.at === current}
          style={{ "--icw-level": row.level - 1 }}
          onClick={() => {
            moved.current = true;
            setActive(row.at);
            if (row.folds) toggle(row.at);
          }}
        >
          <Line row={row} cut={result.cuts[row.at]} />
        </div>
      ))}
    </div>
  );
}

function Line({ row, cut }: { row: Row; cut: number | undefined }) {
  const { state } = useExplorer();
  const { step: name, value, secret } = row;
  const label = name !== null && (
    <>
      <span class="icw-tree-name">{typeof name === "string" ? seen(name) : name}</span>
      {": "}
    </>
  );
  const holds = Array.isArray(value)
    ? T.items(cut ?? value.length)
    : isObject(value) && !isLong(value)
      ? T.fields(cut ?? Object.keys(value).length)
      : null;
  if (holds !== null) {
    return (
      <>
        {label}
        <span class="icw-help">
          {holds}
          {cut !== undefined && ` (${T.cut(cut)})`}
          {!row.open && <span class="icw-glimpse"> {seen(glimpse(row))}</span>}
        </span>
      </>
    );
  }
  return (
    <>
      {label}
      <Value at={row.at} hidden={secret && !state.revealed} text={brief(value)} kind={typeof value} />
      {cut !== undefined && <span class="icw-help"> … ({T.cut(cut)})</span>}
    </>
  );
}

/** One value, or dots in its place. */
export function Value(props: { at: string; hidden: boolean; text: string; kind: string }) {
  if (!props.hidden) return <span class={`icw-value icw-${props.kind}`}>{seen(props.text)}</span>;
  return (
    <span class="icw-help">
      <span aria-hidden="true">••••••</span>
      <span class="icw-hidden">{T.secret}</span>
    </span>
  );
}

/** A group that may be left out: behind a button while it is, with one to leave it out again. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import * as S from "../strings";
import { Markdown } from "../view/markdown";
import { within } from "./data-schema";
import type { Change } from "./draft";

export function Optional(props: {
  label: string;
  absent: boolean;
  change: Change;
  help: string | null;
  children: ComponentChildren;
}) {
  const { label, absent } = props;
  const place = useRef<HTMLDivElement>(null);
  const pressed = useRef(false);
  // The button that was pressed is gone: what came in its place is gone on with.
  useLayoutEffect(() => {
    if (pressed.current)
      place.current?.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
    pressed.current = false;
  }, [absent]);
  const set = (to: boolean) => {
    pressed.current = true;
    props.change((now) => ("items" in now || now.is === "leaf" ? now : { ...now, absent: to }));
  };
  return (
    <div class="icw-field" ref={place}>
      {absent ? (
        <>
          <button type="button" class="icw-button icw-add" onClick={() => set(false)}>
            {S.add(within(label))}
          </button>
          {props.help && <Markdown text={props.help} />}
        </>
      ) : (
        <>
          {props.children}
          <button type="button" class="icw-button icw-quiet icw-add" onClick={() => set(true)}>
            {S.remove(within(label))}
          </button>
        </>
      )}
    </div>
  );
}

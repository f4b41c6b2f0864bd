/** The control for text of every kind: one line or several, secret or not, numbers, dates and times. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { seen } from "../foreign-text";
import * as S from "../strings";
import { VERBATIM } from "../view/verbatim";
import { useForm } from "./context";
import { kindOf, type Schema, show } from "./data-schema";
import { leaf, rawOf } from "./draft";
import { clockOf, fitsClock } from "./moment";
import type { ControlProps } from "./props";
import { isMultiline, isSecret, nameAt } from "./secret";
import { isAddress } from "./text";
import { editOf, veil } from "./veil";

/** Stands in a draft for a date or time of which only a part was typed; no format accepts it. */
const PART = "…";

type TextControl = HTMLInputElement | HTMLTextAreaElement;

/** 1Password, LastPass, Bitwarden, Dashlane: this is no login to this page. */
const UNMANAGED = {
  autocomplete: "new-password",
  "data-1p-ignore": true,
  "data-lpignore": "true",
  "data-bwignore": "true",
  "data-form-type": "other",
};

const prevent = (event: Event) => event.preventDefault();

export function Text(props: ControlProps & { list?: string }) {
  const { schema, draft, change, path, described, label, list, lines } = props;
  const form = useForm();
  const raw = rawOf(draft);
  const value = raw === PART ? "" : show(raw ?? undefined);
  const kind = kindOf(schema);
  const secret = !list && isSecret(path, schema, form.sensitive);
  const [revealed, setRevealed] = useState(false);
  // Decided once: a field must not change under the hands of whoever fills it.
  const [clock] = useState(() => (!list && !secret && fitsClock(schema, value) ? clockOf(schema) : null));
  const type = clock ?? (secret || list ? "text" : (TYPES.get(String(schema.format)) ?? "text"));
  const plain = type === "text" && !list && kind === "text";
  const several = useRef(false);
  several.current ||= plain && (isMultiline(path, schema) || value.includes("\n"));
  const veiled = secret && several.current && !revealed;
  const trim = !several.current && (secret || isAddress(nameAt(path), schema));

  // Where its caret is asked for it has one: of inputs those for text alone.
  const control = useRef<HTMLTextAreaElement | null>(null);
  const drawn = useRef("");
  const caret = useRef<number | null>(null);
  useLayoutEffect(() => {
    drawn.current = control.current?.value ?? "";
    if (caret.current === null) return;
    control.current?.focus();
    control.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const put = (edit: (text: string) => string) =>
    change((now) => ({
      ...(now.is === "leaf" ? now : leaf(undefined)),
      raw: edit(show(rawOf(now) ?? undefined)),
      trim,
    }));
  // Some fill a field without a key or an event of input, so what it holds counts, not how it came there.
  const read = (event: Event) => {
    const { current } = control;
    // Dots in the place of letters that are being composed would end the composition.
    if (!current || (veiled && (event as InputEvent).isComposing)) return;
    // Half a date has no value: without this it would look like none, and be left out silently.
    const part = current.validity?.badInput === true;
    const { value: held } = current;
    if (part !== (raw === PART)) put(() => (part ? PART : held));
    else if (!part && held !== drawn.current) {
      const [from, to, text] = editOf(drawn.current, held, current.selectionEnd);
      if (veiled && current.matches(":focus")) caret.current = from + text.length;
      put((now) => (veiled ? now.slice(0, from) + text + now.slice(to) : held));
    }
    drawn.current = held;
  };
  const insert = (event: Event, data: DataTransfer | null) => {
    const text = data?.getData("text/plain").replace(/\r\n?/g, "\n") ?? "";
    const { current } = control;
    // A field of one line would join the lines of a key.
    if (!current || !plain || several.current || !text.trim().includes("\n")) return;
    event.preventDefault();
    if (lines && !text.includes("-----BEGIN")) return lines(text.split("\n").filter((line) => line.trim()));
    const { value: before, selectionStart: from, selectionEnd: to } = current;
    caret.current = from + text.length;
    change(() => leaf(before.slice(0, from) + text + before.slice(to)));
  };

  const shared = {
    ...described,
    ...VERBATIM,
    ...(/email|url/.test(type) && { autocomplete: type }),
    ...(secret && UNMANAGED),
    // For the letters of a composition, which are not dots yet.
    class: `icw-input${veiled ? " icw-masked" : ""}`,
    // A property, which preact sets without an attribute, so that no secret is in the page's text.
    value: veiled ? veil(value) : value,
    placeholder: exampleOf(schema),
    ref: (element: TextControl | null) => {
      control.current = element as HTMLTextAreaElement;
    },
    onInput: read,
    onChange: read,
    onKeyUp: read,
    // So spelled, as preact lowers only the names that an element has as a property.
    oncompositionend: read,
    // As in a field for passwords: what is cut or dragged away would come back as dots.
    ...(veiled && { onCopy: prevent, onCut: prevent, ondragstart: prevent }),
    onPaste: (event: ClipboardEvent) => insert(event, event.clipboardData),
    onDrop: (event: DragEvent) => insert(event, event.dataTransfer),
    onBlur: (event: FocusEvent) => {
      read(event);
      form.leave(path, event);
    },
  };
  // These keyboards have no minus on some phones.
  const numeric =
    Number(schema.minimum ?? -1) >= 0 ? (kind === "integer" ? "numeric" : "decimal") : undefined;
  const field = several.current ? (
    <textarea {...shared} rows={4} />
  ) : (
    <input
      {...shared}
      // Never "number": such inputs lose what they cannot read and change under the mouse wheel.
      type={(secret && !revealed ? "password" : type) as "text"}
      inputMode={numeric}
      enterkeyhint="go"
      list={list}
      step={type === "time" ? 1 : undefined}
    />
  );
  if (!secret) return field;
  return (
    <div class="icw-row icw-secret">
      {field}
      <button
        type="button"
        class="icw-button icw-quiet icw-reveal"
        aria-label={revealed ? S.hideLabel(label) : S.revealLabel(label)}
        onClick={() => setRevealed(!revealed)}
        onBlur={shared.onBlur}
      >
        {revealed ? S.hide : S.reveal}
      </button>
    </div>
  );
}

const TYPES = new Map<string, "email" | "url">([
  ["email", "email"],
  ["uri", "url"],
]);

function exampleOf(schema: Schema): string | undefined {
  const example = Array.isArray(schema.examples) ? schema.examples[0] : schema.examples;
  return example === undefined || example === null ? undefined : S.example(seen(show(example)));
}

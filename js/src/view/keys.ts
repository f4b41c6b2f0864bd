/** Whose a key is: plain ones are the widget's, chords are the host's, Escape gives the focus back. */

const CELL = ".jp-Cell, [tabindex]";
/** What these do to text in a field, no notebook command may do to a cell instead. */
const EDITS = /^([acvxyz]|Arrow.*|Backspace|Delete|Home|End)$/i;

const isChord = (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey || event.altKey) &&
  // AltGr writes signs, and looks like Ctrl and Alt on Windows.
  !event.getModifierState("AltGraph") &&
  !(EDITS.test(event.key) && (event.target as Element).matches?.("input, textarea"));

/** Until the function returned is called. */
export function keepKeys(element: HTMLElement): () => void {
  const { defaultView } = element.ownerDocument;
  // Lumino (JupyterLab, Notebook) listens on the document, before us, and leaves alone what is below this attribute.
  const beforeLumino = (event: KeyboardEvent) => {
    if (event.composedPath().includes(element)) element.toggleAttribute(SUPPRESS, !isChord(event));
  };
  element.toggleAttribute(SUPPRESS, true);
  const keep = (event: Event) => {
    if (isChord(event as KeyboardEvent)) return;
    event.stopPropagation();
    if (event.type === "keydown" && !event.defaultPrevented && (event as KeyboardEvent).key === "Escape")
      leave(element);
  };
  const kinds = ["keydown", "keypress", "keyup"];
  defaultView?.addEventListener("keydown", beforeLumino, true);
  for (const kind of kinds) element.addEventListener(kind, keep);
  // JupyterLab listens on the field itself, and takes Undo and Redo there for its own.
  element.addEventListener("beforeinput", keep, true);
  return () => {
    element.removeEventListener("beforeinput", keep, true);
    defaultView?.removeEventListener("keydown", beforeLumino, true);
    for (const kind of kinds) element.removeEventListener(kind, keep);
  };
}

const SUPPRESS = "data-lm-suppress-shortcuts";

function leave(element: HTMLElement): void {
  element.parentElement?.closest<HTMLElement>(CELL)?.focus({ preventScroll: true });
}

/** What every field of a form needs to know, and which of them a change draws again. */
import { type ComponentChildren, createContext, type FunctionComponent, type VNode } from "preact";
import { useContext, useMemo } from "preact/hooks";
import { type Draft, memory } from "./draft";
import type { Scope } from "./formula";
import type { FieldProps } from "./props";
import type { Sensitive } from "./secret";
import type { Problem } from "./validate";

export interface FormShown {
  /** Draws a field: groups and lists hold fields, which may be groups and lists. */
  Field: FunctionComponent<FieldProps>;
  id: (name: string) => string;
  scope: Scope;
  sensitive: Sensitive;
  left: Set<string>;
  /** The whole form was submitted with something wrong. */
  submitted: boolean;
  problems: Problem[];
  leave: (path: string, event: FocusEvent) => void;
}

const FormContext = createContext<FormShown | null>(null);

/** Gives fields their form. It stays one object, as a new one would draw all of them with each key. */
export function FormProvider({ form, children }: { form: FormShown; children: ComponentChildren }) {
  const kept = useMemo(() => ({}) as FormShown, [form.sensitive]);
  return <FormContext.Provider value={Object.assign(kept, form)}>{children}</FormContext.Provider>;
}

/** Within a form alone. */
export const useForm = () => useContext(FormContext) as FormShown;

/** Whether the user went on to something else in the page. */
export function isLeft({ target, relatedTarget }: FocusEvent): boolean {
  // A message that appears under a pressed button would move the button away from the pointer.
  if (relatedTarget instanceof Element && relatedTarget.closest("button")) return false;
  // Another tab or window was opened: the field keeps the focus meanwhile.
  return (
    target instanceof Element && (target.getRootNode() as Document | ShadowRoot).activeElement !== target
  );
}

/** What is shown as wrong at a path and within it: of fields that were left or, that they are empty, of a form that was submitted. */
export const shownAt = ({ problems, submitted, left }: FormShown, path: string): Problem[] =>
  problems.filter(
    (each) =>
      `${each.path}/`.startsWith(`${path}/`) &&
      (submitted || (each.keyword !== "required" && left.has(each.path))),
  );

export const problemAt = (form: FormShown, path: string): Problem | undefined =>
  shownAt(form, path).find((each) => each.path === path);

/**
 * Draws each draft that is within another, again only if it or one of `on` changed or what is shown as wrong at
 * its path: preact leaves what it is given a second time as it is. What that is given to call may be of an
 * earlier time, and must do the same as a later one.
 */
export function useKept() {
  const form = useForm();
  const recall = useMemo(memory<VNode>, []);
  return (draft: Draft, path: string, on: unknown[], draw: () => VNode): VNode =>
    recall(draft, [JSON.stringify(shownAt(form, path)), path, ...on], draw);
}

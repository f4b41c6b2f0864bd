/** What every field of a form needs to know. */
import { createContext, type FunctionComponent } from "preact";
import { useContext } from "preact/hooks";
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

export const FormContext = createContext<FormShown | null>(null);

/** Within a form alone. */
export const useForm = () => useContext(FormContext) as FormShown;

/** The problem of a field, shown only once the field was left or, that it is empty, once the form was submitted. */
export function problemAt(form: FormShown, path: string): Problem | undefined {
  const problem = form.problems.find((each) => each.path === path);
  if (form.submitted || problem?.keyword !== "required") {
    return form.submitted || form.left.has(path) ? problem : undefined;
  }
  return undefined;
}

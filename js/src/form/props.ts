/** What the parts of a form are given. */
import type { Schema } from "./data-schema";
import type { Change, Draft } from "./draft";

export interface Part {
  schema: Schema;
  draft: Draft;
  change: Change;
  path: string;
}

export interface FieldProps extends Part {
  name: string;
  required: boolean;
  /** Words that replace the schema's own label. */
  label?: string;
  /** Stands in for the path in ids, where several fields may have one path. */
  anchor?: string;
  /** It is one of several in a list, whose heading stands above it. */
  entry?: boolean;
  /** Takes the lines of a pasted text, where each may have a field of its own. */
  lines?: ((lines: string[]) => void) | undefined;
}

/** What a control says about itself to assistive technology. */
export interface Described {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
  "aria-required": "true" | undefined;
}

export type ControlProps = FieldProps & { label: string; described: Described };

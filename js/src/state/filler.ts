/** The form: what has been entered, what is wrong with it, and forgetting what was secret. */
import { check } from "../form/check";
import { type Draft, start } from "../form/draft";
import { withoutSecrets } from "../form/forget";
import { optionOf, type State, schemaOf, scopeOf } from "./state";
import type { Store } from "./store";

export class Filler {
  readonly #store: Store<State>;

  constructor(store: Store<State>) {
    this.#store = store;
  }

  get #state(): State {
    return this.#store.state;
  }

  /** An empty form for the auth option chosen, with defaults and presets. */
  begin(name: string | null): void {
    const { ticket } = this.#state;
    const draft = start(optionOf(this.#state)?.inputSchema ?? null, ticket?.preset.parameters ?? {});
    this.#store.update({
      form: { draft, name: name ?? ticket?.preset.name ?? "", left: new Set(), refused: false, problems: [] },
    });
  }

  change(draft: Draft): void {
    const { form } = this.#state;
    if (!form) return;
    // A link made for the hand-off page holds what was entered before.
    this.#store.update({ form: { ...form, draft }, handoff: null });
    if (form.left.size || form.refused) this.#recheck(form.left);
  }

  rename(name: string): void {
    if (this.#state.form) this.#store.update({ form: { ...this.#state.form, name }, handoff: null });
  }

  leave(path: string): void {
    const { form } = this.#state;
    if (!form || form.left.has(path)) return;
    this.#recheck(new Set(form.left).add(path));
  }

  #recheck(left: Set<string>): void {
    const { form } = this.#state;
    if (!form) return;
    const problems = this.#problems(form.draft);
    this.#store.update({ form: { ...form, left, problems, refused: form.refused && problems.length > 0 } });
  }

  #problems(draft: Draft) {
    const scope = scopeOf(this.#state);
    const schema = schemaOf(this.#state, scope);
    return schema ? check(schema, draft, scope) : [];
  }

  /** Whether the form may be posted; if not, its problems are shown. */
  submit(): boolean {
    const { form, ticket, chosen } = this.#state;
    if (!form || !ticket || !chosen) return false;
    const problems = this.#problems(form.draft);
    this.#store.update({ form: { ...form, problems, refused: problems.length > 0 } });
    return problems.length === 0;
  }

  /** Secrets back to what Python preset; true if the user had typed any. */
  forget(): boolean {
    const { form, ticket } = this.#state;
    const scope = scopeOf(this.#state);
    const schema = schemaOf(this.#state, scope);
    if (!form || !ticket || !schema) return false;
    const { parameters, sensitive } = ticket.preset;
    const before = start(schema, parameters);
    const { draft, typed } = withoutSecrets(schema, form.draft, sensitive, scope, before);
    this.#store.update({ form: { ...form, draft, left: new Set(), refused: false, problems: [] } });
    return typed;
  }
}

/** The form: what has been entered, what is wrong with it, and forgetting what was secret. */

import { carry } from "../form/carry";
import { check } from "../form/check";
import { propertiesOf, text } from "../form/data-schema";
import { type Change, type Draft, effective } from "../form/draft";
import { withoutSecrets } from "../form/forget";
import { start } from "../form/start";
import { type AuthOption, isObject, type JsonObject } from "../messages";
import { optionOf, presetScope, type State, schemaOf, scopeOf, sensitiveOf } from "./state";
import type { Store } from "./store";

const UNJUDGED = { left: new Set<string>(), refused: false, problems: [] };

export class Filler {
  readonly #store: Store<State>;

  constructor(store: Store<State>) {
    this.#store = store;
  }

  get #state(): State {
    return this.#store.state;
  }

  /** An empty form for the auth option chosen, with defaults and presets. */
  begin(): void {
    const name = this.#state.ticket?.preset.name ?? "";
    const draft = this.#start(optionOf(this.#state));
    this.#store.update({ form: { draft, others: {}, name, ...UNJUDGED } });
  }

  #start(option: AuthOption | null): Draft {
    const presets = this.#state.ticket?.preset.parameters ?? {};
    return start(option?.inputSchema ?? null, presets, presetScope(this.#state, option));
  }

  /** The form of another auth option, as it was left, with what was typed since where both ask for the same. */
  switchTo(key: string): void {
    const { form } = this.#state;
    const from = optionOf(this.#state);
    this.#store.update({ optionKey: key });
    const to = optionOf(this.#state);
    if (!form || !from || !to) return;
    const others = { ...form.others, [from.key]: form.draft };
    const scope = presetScope(this.#state, to);
    const schema = (option: AuthOption) => effective(option.inputSchema ?? {}, scope);
    const draft = carry(
      { schema: schema(from), draft: form.draft },
      { schema: schema(to), draft: others[to.key] ?? this.#start(to) },
      this.#start(from),
      sensitiveOf(this.#state),
      scope,
    );
    this.#store.update({ form: { ...form, draft, others, ...UNJUDGED }, handoff: null });
  }

  readonly change: Change = (update) => {
    const { form } = this.#state;
    if (!form) return;
    const draft = update(form.draft);
    // A link made for the hand-off page holds what was entered before.
    this.#store.update({ form: { ...form, draft }, handoff: null });
    if (form.left.size || form.refused) this.#recheck(form.left);
  };

  rename(name: string): void {
    if (this.#state.form) this.#store.update({ form: { ...this.#state.form, name }, handoff: null });
  }

  leave(path: string): void {
    const { form } = this.#state;
    // That it was refused says more than that it is empty now.
    if (!form || form.left.has(path) || form.problems[0]?.keyword === "refused") return;
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

  /** Secrets back to what Python preset; returns the paths of those that the user had typed. */
  forget(): string[] {
    const { form, ticket } = this.#state;
    const scope = scopeOf(this.#state);
    const schema = schemaOf(this.#state, scope);
    if (!form || !ticket || !schema) return [];
    const { parameters, sensitive } = ticket.preset;
    const before = start(schema, parameters, presetScope(this.#state, optionOf(this.#state)));
    const { draft, typed } = withoutSecrets(schema, form.draft, sensitive, scope, before);
    this.#store.update({ form: { ...form, draft, others: {}, ...UNJUDGED } });
    return typed;
  }

  /** What was posted was not accepted: mark the fields that the error names, else the secrets, else the first. */
  reject(secrets: string[], error: JsonObject | null): void {
    const { form } = this.#state;
    const schema = schemaOf(this.#state);
    if (!form || !schema) return;
    const named = namedFields(error);
    // Who signs in on the app's own page is refused there.
    if (!named.length && (error?.type !== "connection" || /^oauth/.test(optionOf(this.#state)?.type ?? "")))
      return;
    const first = `/${propertiesOf(schema)[0]?.[0]}`;
    const paths = [named, secrets, [first]].find(({ length }) => length) ?? [];
    const problems = paths.map((path) => ({ path, keyword: "refused", limit: null }));
    this.#store.update({ form: { ...form, refused: true, problems } });
  }
}

/** Paths of the fields that the engine's error is about, where it says so. */
function namedFields(error: JsonObject | null): string[] {
  const { parameters } = isObject(error?.data) ? error.data : {};
  return (Array.isArray(parameters) ? parameters : [])
    .map((each) => (isObject(each) ? text(each.path) : ""))
    .filter(Boolean)
    .map((path) => `/${path.replaceAll(".", "/")}`);
}

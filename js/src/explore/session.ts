/** One explorer's life in the page: what the kernel says goes in, what the user does goes out. */
import { check } from "../form/check";
import { type Change, collect, type Draft, effective } from "../form/draft";
import { start } from "../form/start";
import { isObject, type JsonObject } from "../messages";
import type { Reach } from "../reach";
import { Store } from "../state/store";
import type { Call, FromKernel, ToKernel } from "./messages";
import { filledFor, requestFor, requestSchema } from "./request";
import { withMarks, withoutMarks } from "./secrets";
import { callRunning, type Form, initialState, type State, schemaChosen, scopeOf } from "./state";
import { T } from "./strings";

/** Bytes of a message that the kernel's own server takes, once it is hidden. */
const LONGEST = 180_000;

/** What is filled in, and the same with a mark for each secret. */
interface Entered {
  input: JsonObject;
  shown: JsonObject;
}

/** The way to the kernel, as far as a session needs it. */
type Way = Pick<Reach<ToKernel>, "send" | "acknowledged" | "probe" | "seal" | "watch">;

export class ExploreSession {
  readonly store = new Store<State>(initialState());
  readonly #reach: Way;
  /** What was entered where something else is chosen now. */
  readonly #drafts = new Map<string | null, Draft>();
  /** What the form of an action is to hold once its schema has come. */
  #awaited: { key: string; input: JsonObject } | null = null;
  readonly #name = Math.random().toString(36).slice(2, 10);
  #count = 0;

  constructor(connect: (tell: (kernel: State["kernel"]) => void) => Way) {
    this.#reach = connect((kernel) => {
      if (kernel !== this.state.kernel) this.store.update({ kernel });
    });
    this.store.update({ form: this.#fresh() });
  }

  get state(): State {
    return this.store.state;
  }

  send(message: ToKernel): void {
    this.#reach.send(message);
  }

  receive(message: FromKernel): void {
    // Messages pass while the kernel is busy, but never from one that is gone.
    if (this.state.kernel === "gone") this.store.update({ kernel: "fine" });
    if (message.kind === "ack") this.#reach.acknowledged(message.id);
    if (message.kind === "channel") void this.#reach.probe(message);
    if (message.kind === "pad") this.#reach.seal(message.name, message.data);
    if (message.kind === "connection") this.store.update({ connection: message });
    if (message.kind === "actions") this.store.update({ actions: message });
    if (message.kind === "action") this.#action(message);
    if (message.kind === "call") this.#call(message);
    if (message.kind === "result" && message.call === this.state.shown) {
      this.store.update({ result: message });
    }
  }

  #action({ key, schema, error }: Extract<FromKernel, { kind: "action" }>): void {
    this.store.update({ schemas: { ...this.state.schemas, [key]: { schema, error } } });
    if (key !== this.state.chosen || this.state.form) return;
    const awaited = this.#awaited?.key === key ? this.#awaited.input : {};
    this.#awaited = null;
    this.store.update({ form: this.#fresh(awaited) });
  }

  #call(call: Call): void {
    const { calls, shown } = this.state;
    const known = calls.some((each) => each.call === call.call);
    const newer = known ? calls.map((each) => (each.call === call.call ? call : each)) : [...calls, call];
    this.store.update({ calls: newer.slice(-100) });
    // The kernel tells of earlier calls, oldest first, and sends the result of the last one.
    if (!known && (shown === null || call.state !== "running")) {
      this.store.update({ shown: call.call, result: null, revealed: false });
    }
  }

  #fresh(input: JsonObject = {}): Form | null {
    const schema = this.state.chosen === null ? requestSchema(input.send) : schemaChosen(this.state);
    if (!schema) return null;
    return { draft: start(schema, input, {}), left: new Set(), refused: false, problems: [] };
  }

  /** An action by its key, or null for a request. */
  choose(chosen: string | null): void {
    const { form, chosen: before } = this.state;
    if (chosen === before) return;
    if (form) this.#drafts.set(before, form.draft);
    this.store.update({ chosen, form: null, refusal: null, retype: false });
    const draft = this.#drafts.get(chosen);
    const fresh = this.#fresh();
    if (fresh) this.store.update({ form: draft ? { ...fresh, draft } : fresh });
    else this.ask();
  }

  /** Ask for what the action chosen needs. */
  ask(): void {
    const { chosen, schemas } = this.state;
    if (chosen === null) return;
    const { [chosen]: _, ...others } = schemas;
    this.store.update({ schemas: others });
    this.send({ kind: "action", key: chosen });
  }

  /** Ask for the list of actions once more. */
  list(): void {
    this.store.update({ actions: null });
    this.send({ kind: "actions" });
  }

  find(filter: string): void {
    this.store.update({ filter });
  }

  readonly change: Change = (update) => {
    const { form } = this.state;
    if (!form) return;
    this.store.update({ form: { ...form, draft: update(form.draft) }, refusal: null });
    if (form.left.size || form.refused) this.#recheck(form.left);
  };

  leave(path: string): void {
    const { form } = this.state;
    if (form && !form.left.has(path)) this.#recheck(new Set(form.left).add(path));
  }

  #recheck(left: Set<string>): void {
    const { form } = this.state;
    if (!form) return;
    const problems = this.#problems(form.draft);
    this.store.update({ form: { ...form, left, problems, refused: form.refused && problems.length > 0 } });
  }

  #problems(draft: Draft) {
    const scope = scopeOf(this.state);
    const schema = schemaChosen(this.state);
    return schema ? check(effective(schema, scope), draft, scope) : [];
  }

  /** What would be run, with marks for secrets; null where the form does not say it yet. */
  get called(): Entered | null {
    try {
      return this.#called();
    } catch {
      return null;
    }
  }

  /** Throws SyntaxError where the body is not JSON. */
  #called(): Entered | null {
    const { chosen, form } = this.state;
    const whole = schemaChosen(this.state);
    if (!form || !whole) return null;
    const scope = scopeOf(this.state);
    const schema = effective(whole, scope);
    const input = collect(schema, form.draft, scope);
    if (!isObject(input)) return { input: {}, shown: {} };
    return chosen === null ? requestFor(schema, input) : { input, shown: withMarks(schema, input) };
  }

  /** Run what is filled in; false if something is wrong with it, which is shown then. */
  run(): boolean {
    const { form, chosen } = this.state;
    if (!form || callRunning(this.state)) return true;
    const problems = this.#problems(form.draft);
    this.store.update({ form: { ...form, problems, refused: problems.length > 0 }, refusal: null });
    if (problems.length) return false;
    let called: Entered | null;
    try {
      called = this.#called();
    } catch (error) {
      this.store.update({ refusal: T.notJson((error as SyntaxError).message) });
      return false;
    }
    if (!called) return false;
    const { input, shown } = called;
    if (new TextEncoder().encode(JSON.stringify({ input, shown })).length > LONGEST) {
      this.store.update({ refusal: T.tooLong });
      return false;
    }
    this.#count += 1;
    const call = `${this.#name}-${this.#count}`;
    const began: Call = {
      kind: "call",
      call,
      action: chosen,
      input: shown,
      state: "running",
      status: null,
      seconds: null,
      began: Date.now(),
    };
    this.store.update({
      calls: [...this.state.calls, began],
      shown: call,
      result: null,
      revealed: false,
      retype: false,
    });
    this.send({ kind: "run", call, action: chosen, input, shown });
    this.#reach.watch(() => callRunning(this.state) !== undefined);
    return true;
  }

  cancel(): void {
    const running = callRunning(this.state);
    if (running) this.send({ kind: "cancel", call: running.call });
  }

  /** Show an earlier call: what was asked in the form, what came of it below. */
  recall({ call, action, input }: Call): void {
    const { form, chosen } = this.state;
    if (form) this.#drafts.set(chosen, form.draft);
    const filled = action === null ? filledFor(input) : (withoutMarks(input) as JsonObject);
    const retype = JSON.stringify(input).includes('"$secret"');
    this.store.update({
      chosen: action,
      form: null,
      refusal: null,
      retype,
      shown: call,
      result: null,
      revealed: false,
    });
    const fresh = this.#fresh(filled);
    if (fresh) this.store.update({ form: fresh });
    else if (action !== null) {
      this.#awaited = { key: action, input: filled };
      this.ask();
    }
    this.send({ kind: "recall", call });
  }
}

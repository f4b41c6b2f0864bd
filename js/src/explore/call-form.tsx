/** What to run, and what it asks for. */
import { useEffect, useRef, useState } from "preact/hooks";
import { seen } from "../foreign-text";
import { FormProvider, isLeft } from "../form/context";
import { text } from "../form/data-schema";
import { effective } from "../form/draft";
import { Field } from "../form/field";
import { Group } from "../form/group";
import { labelAt } from "../form/label-at";
import { Union } from "../form/union";
import * as S from "../strings";
import { Markdown } from "../view/markdown";
import { VERBATIM } from "../view/verbatim";
import { useExplorer } from "./context";
import { callRunning, schemaChosen, scopeOf } from "./state";
import { T } from "./strings";

const NONE = {};

/** From so many actions on there is a field to find one by typing. */
const MANY = 12;

export function CallForm() {
  const { session, state } = useExplorer();
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    // What was filled in without an event, as some password managers do, counts as well.
    for (const field of form.current?.querySelectorAll(".icw-fields .icw-input") ?? []) {
      field.dispatchEvent(new Event("input"));
    }
    if (session.run()) return;
    // The fields' marks are drawn first.
    setTimeout(() =>
      form.current?.querySelector<HTMLElement>("[aria-invalid=true],[data-wrong=true]")?.focus(),
    );
  };
  return (
    <form class="icw-form" ref={form} autocomplete="off" noValidate onSubmit={submit}>
      <Choice />
      <Asked />
      {state.retype && <p class="icw-notice icw-warning">{T.secretsAgain}</p>}
      <Run submit={submit} />
    </form>
  );
}

function Choice() {
  const { session, state, id } = useExplorer();
  const { actions, filter, chosen } = state;
  const items = actions?.items ?? [];
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = items.filter(({ key, name, description }) => {
    const whole = `${key} ${name} ${description}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
  const kept = items.find(({ key }) => key === chosen);
  const listed = kept && !found.includes(kept) ? [kept, ...found] : found;
  const about = kept?.description;
  return (
    <>
      {items.length >= MANY && (
        <div class="icw-field">
          <label class="icw-label" for={id("filter")}>
            {T.filter}
          </label>
          <input
            id={id("filter")}
            class="icw-input"
            type="search"
            value={filter}
            {...VERBATIM}
            aria-describedby={id("filter-found")}
            onInput={(event) => session.find(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
          />
          <p class="icw-help" id={id("filter-found")} role="status">
            {filter && T.filterMatches(found.length)}
          </p>
        </div>
      )}
      <div class="icw-field">
        <label class="icw-label" for={id("what")}>
          {T.what}
        </label>
        <select
          id={id("what")}
          class="icw-input icw-select"
          value={chosen === null ? "" : `=${chosen}`}
          onChange={(event) => session.choose(event.currentTarget.value.slice(1) || null)}
        >
          <option value="">{T.request}</option>
          {listed.length > 0 && (
            <optgroup label={T.actions}>
              {listed.map(({ key, name }) => (
                <option key={key} value={`=${key}`}>
                  {seen(name)}
                </option>
              ))}
            </optgroup>
          )}
        </select>
        {!actions && <p class="icw-help">{T.loadingActions}</p>}
        {actions && !actions.error && items.length === 0 && <p class="icw-help">{T.noActions}</p>}
        {about && <Markdown text={about} />}
      </div>
      {actions?.error && (
        <div class="icw-notice icw-warning">
          <p class="icw-message">{T.actionsFailed(actions.error)}</p>
          <button type="button" class="icw-button" onClick={() => session.list()}>
            {T.retry}
          </button>
        </div>
      )}
    </>
  );
}

function Asked() {
  const { session, state, id } = useExplorer();
  const { form, chosen, schemas } = state;
  const problem = chosen !== null && Object.hasOwn(schemas, chosen) ? schemas[chosen]?.error : null;
  if (problem) {
    return (
      <div class="icw-notice icw-error">
        <p class="icw-message">{problem}</p>
        <button type="button" class="icw-button" onClick={() => session.ask()}>
          {T.retry}
        </button>
      </div>
    );
  }
  const whole = schemaChosen(state);
  if (!form || !whole) {
    return (
      <p class="icw-help icw-loading">
        <span class="icw-spinner" aria-hidden="true" />
        {T.loadingAction}
      </p>
    );
  }
  const scope = scopeOf(state);
  const schema = effective(whole, scope);
  const root = { schema, draft: form.draft, change: session.change, path: "" };
  const about = text(schema.description);
  return (
    <FormProvider
      form={{
        Field,
        // Each form has fields of its own: one that stays must not be taken for that of another.
        id: (name) => id(`${chosen ?? ""}${name}`),
        scope,
        sensitive: NONE,
        left: form.left,
        submitted: form.refused,
        problems: form.problems,
        leave: (path, event) => {
          if (isLeft(event)) session.leave(path);
        },
      }}
    >
      {about && <Markdown text={about} />}
      <div class="icw-fields" key={chosen ?? ""}>
        {form.draft.is === "union" ? <Union {...root} label={T.what} required /> : <Group {...root} />}
      </div>
    </FormProvider>
  );
}

function Run({ submit }: { submit: (event: Event) => void }) {
  const { session, state, id } = useExplorer();
  const { form, refusal } = state;
  const running = callRunning(state);
  const schema = schemaChosen(state);
  const scope = scopeOf(state);
  const wrong =
    form?.refused && schema
      ? form.problems.map(({ path }) => labelAt(effective(schema, scope), form.draft, path, scope))
      : [];
  return (
    <div class="icw-submit">
      <div class="icw-actions">
        <button
          type="submit"
          class="icw-button icw-primary"
          disabled={!form}
          aria-disabled={running ? "true" : undefined}
          aria-describedby={id("run-hint")}
          // Where a frame allows no forms (VS Code), nothing is submitted; Enter in a field presses this button.
          onClick={submit}
          data-focus="first"
        >
          {T.run}
        </button>
        {running && (
          <>
            <button type="button" class="icw-button" onClick={() => session.cancel()}>
              {T.cancel}
            </button>
            <Elapsed since={running.began} />
          </>
        )}
        <span class="icw-problem" id={id("run-hint")} role="status">
          {refusal ?? (wrong.length > 0 && S.wrongFields([...new Set(wrong)]))}
        </span>
      </div>
    </div>
  );
}

/** For the eye; a reader that said each second would say nothing else. */
function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span class="icw-help icw-loading" aria-hidden="true">
      <span class="icw-spinner" />
      {T.running(Math.max(0, Math.floor((now - since) / 1000)))}
    </span>
  );
}

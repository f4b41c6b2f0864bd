/** What the chosen app asks for, and the button that connects it. */

import { FormProvider, isLeft } from "../form/context";
import { text } from "../form/data-schema";
import { Field } from "../form/field";
import { Group } from "../form/group";
import { labelAt } from "../form/label-at";
import { Union } from "../form/union";
import { optionOf, type State, schemaOf, scopeOf, sensitiveOf } from "../state/state";
import * as S from "../strings";
import { AuthOptions } from "./auth-options";
import { useShown } from "./context";
import { Logo } from "./logo";
import { Link, Markdown } from "./markdown";
import { appName } from "./notice";
import { Submit } from "./submit";
import { VERBATIM } from "./verbatim";

export function Ask() {
  const { state } = useShown();
  // Nothing is on its way; what went wrong is said above.
  if (state.traits.status === "failed" && !state.ticket && !state.dismissed) return null;
  return (
    <div class="icw-ask">
      <Chosen />
      <Asked state={state} />
    </div>
  );
}

function Chosen() {
  const { session, state } = useShown();
  const { chosen, ticket } = state;
  const description = chosen?.description;
  return (
    <div class="icw-head">
      {chosen && <Logo app={chosen} size={32} />}
      <div class="icw-head-text">
        <h3 class="icw-title" tabIndex={-1} data-focus={!state.form || undefined}>
          {appName(state)}
        </h3>
        {description && <p class="icw-help icw-about">{description}</p>}
      </div>
      {ticket && ticket.preset.integration === null && (
        <button type="button" class="icw-button icw-quiet" onClick={() => session.unchoose()}>
          {S.change}
        </button>
      )}
    </div>
  );
}

function Asked({ state }: { state: State }) {
  const { session } = useShown();
  const { options, form } = state;
  if (options?.error) {
    return (
      <div class="icw-notice icw-error">
        <p class="icw-message">{options.error}</p>
        <button type="button" class="icw-button" data-focus onClick={() => session.retry()}>
          {S.retry}
        </button>
      </div>
    );
  }
  if (!options || !form) {
    return (
      <p class="icw-help icw-loading">
        <span class="icw-spinner" aria-hidden="true" />
        {S.loadingOptions(appName(state))}
      </p>
    );
  }
  if (options.options.length === 0)
    return <p class="icw-notice icw-warning">{S.noOptions(appName(state))}</p>;
  return <Fields state={state} />;
}

const NOTHING = { additionalProperties: false };

function Fields({ state }: { state: State }) {
  const { session, id } = useShown();
  const { form } = state;
  if (!form) return null;
  const option = optionOf(state);
  const scope = scopeOf(state);
  const schema = schemaOf(state, scope);
  const context = {
    Field,
    id,
    scope,
    sensitive: sensitiveOf(state),
    left: form.left,
    submitted: form.refused,
    problems: form.problems,
    leave: (path: string, event: FocusEvent) => {
      if (isLeft(event)) session.filler.leave(path);
    },
  };
  const root = {
    schema: schema ?? NOTHING,
    draft: form.draft,
    change: session.filler.change,
    path: "",
  };
  const name = <ConnectionName name={form.name} />;
  const wrong = form.refused
    ? form.problems.map(({ path }) => (schema ? labelAt(schema, form.draft, path, scope) : path))
    : [];
  return (
    <>
      <AuthOptions />
      {[...new Set([option?.description, text(schema?.description)])].map(
        (about) => about && <Markdown key={about} text={about} />,
      )}
      {option?.helpUri && /^https?:/i.test(option.helpUri) && (
        <p class="icw-help">
          <Link href={option.helpUri}>{S.help}</Link>
        </p>
      )}
      <FormProvider form={context}>
        <div class="icw-fields">
          {form.draft.is === "union" ? (
            <Union {...root} label={appName(state)} required folded={name} />
          ) : (
            <Group {...root} folded={name} />
          )}
        </div>
      </FormProvider>
      <Submit wrong={[...new Set(wrong)]} />
    </>
  );
}

function ConnectionName({ name }: { name: string }) {
  const { session, id } = useShown();
  return (
    <div class="icw-field">
      <label class="icw-label" for={id("name")}>
        {S.connectionName} <span class="icw-optional">({S.optional})</span>
      </label>
      <input
        id={id("name")}
        class="icw-input"
        type="text"
        value={name}
        {...VERBATIM}
        aria-describedby={id("name-help")}
        onInput={(event) => session.filler.rename(event.currentTarget.value)}
      />
      <p class="icw-help" id={id("name-help")}>
        {S.connectionNameHelp}
      </p>
    </div>
  );
}

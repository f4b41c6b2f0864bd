/** The button that opens the tab, what it will replace, and what is still wrong. */

import { addsOne, type State, updated } from "../state/state";
import * as S from "../strings";
import { useShown } from "./context";
import { appName } from "./notice";

export function Submit({ wrong }: { wrong: string[] }) {
  const { session, state, host, id } = useShown();
  const effect = effectOf(state);
  const ready = state.ticket !== null && state.tokenProblem === null;
  const ended = !state.dismissed && ["failed", "cancelled", "expired"].includes(state.traits.status);
  return (
    <div class="icw-submit">
      {state.tokenProblem && (
        <div class="icw-notice icw-warning" role="alert">
          <p class="icw-message">{state.tokenProblem}</p>
          <button type="button" class="icw-button" onClick={() => session.retryToken()}>
            {S.retry}
          </button>
        </div>
      )}
      {effect && (
        <p class="icw-notice icw-effect" id={id("effect")}>
          {effect}
        </p>
      )}
      <Ways />
      <div class="icw-actions">
        {host === "vscode" ? (
          <HandOff />
        ) : (
          <button
            type="submit"
            class="icw-button icw-primary"
            disabled={!ready}
            aria-describedby={[ended && "reason", effect && "effect", "submit-hint"]
              .filter(Boolean)
              .map((name) => id(name as string))
              .join(" ")}
            data-focus
          >
            {ended ? S.tryAgain : S.connect(appName(state))}
          </button>
        )}
        {state.retyping && (
          <button
            type="button"
            class="icw-button icw-quiet"
            onClick={() => session.store.update({ retyping: false })}
          >
            {S.backToWaiting}
          </button>
        )}
        <span class={wrong.length ? "icw-problem" : "icw-help"} id={id("submit-hint")} role="status">
          {wrong.length
            ? S.wrongFields(wrong)
            : !ready
              ? state.tokenProblem === null && S.noTicket
              : state.retyping
                ? S.typeAgain
                : S.opensTab}
        </span>
      </div>
    </div>
  );
}

/** What will happen to a connection that is there already. */
function effectOf(state: State): string {
  const existing = state.options?.connection;
  const again = updated(state);
  if (again) return S.updates(again.name ?? again.id, [again.problem, again.error]);
  return existing && !addsOne(state) ? S.replaces(existing.name ?? existing.id) : "";
}

/** Where a connection is there, what is to become of it: the person's choice, unless Python made it. */
function Ways() {
  const { session, state, id } = useShown();
  const { options, ticket, fixing, adding } = state;
  const there = options?.connection;
  const several = ticket?.payload.allowMultipleConnections === true;
  if (!there || fixing || ticket?.payload.connectionId || several !== Boolean(there.problem)) return null;
  return (
    <div class="icw-row" role="radiogroup" aria-label={S.whatBecomes}>
      {[there.problem ? S.signInAgain : S.replaceIt, there.problem ? S.asNew : S.addSecond].map((way, n) => (
        <label key={way} class="icw-way">
          <input
            type="radio"
            name={id("way")}
            checked={adding === Boolean(n)}
            onChange={() => session.store.update({ adding: Boolean(n) })}
          />{" "}
          {way}
        </label>
      ))}
    </div>
  );
}

/** Where forms are blocked, the kernel makes a page that posts for us, and a real link opens it. */
function HandOff() {
  const { session, state } = useShown();
  const app = appName(state);
  const { handoff, ticket } = state;
  if (handoff?.url) {
    return (
      <>
        <a
          class="icw-button icw-primary"
          href={handoff.url}
          target="_blank"
          rel="noopener noreferrer"
          onClick={() => setTimeout(() => session.launched())}
          data-focus
        >
          {S.openLink(app)}
        </a>
        {handoff.hint && <span class="icw-help">{handoff.hint}</span>}
      </>
    );
  }
  const asking = handoff !== null && !handoff.error;
  return (
    <>
      <button
        type="button"
        class="icw-button icw-primary"
        disabled={!ticket || state.tokenProblem !== null || asking}
        onClick={() => session.filler.submit() && session.handOff()}
        data-focus
      >
        {asking ? S.gettingLink : S.getLink(app)}
      </button>
      {handoff?.error && <span class="icw-problem">{handoff.error}</span>}
    </>
  );
}

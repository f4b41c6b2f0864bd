/** A tab is open somewhere else: what to do there, and the ways on from here. */
import { useEffect, useState } from "preact/hooks";
import { type State, schemaOf } from "../state/state";
import * as S from "../strings";
import { useShown } from "./context";
import { ReturnPath } from "./details";
import { Logo } from "./logo";
import { appName } from "./notice";
import { Paste } from "./paste";
import { Status } from "./status";

const PASTE_AFTER = 15_000;

export function Waiting() {
  const { session, state, host } = useShown();
  const app = appName(state);
  const offered = usePasteOffered(state);
  return (
    <div class="icw-waiting">
      <div class="icw-head">
        {state.chosen ? <Logo app={state.chosen} size={32} /> : null}
        <div class="icw-head-text">
          <h3 class="icw-title" tabIndex={-1} data-focus>
            {app ? S.waitingTitle(app) : S.waitingTitleAny}
          </h3>
          <p class="icw-help">{state.ticket?.paste ? S.waitingTextPaste : S.waitingText}</p>
        </div>
        {state.kernel !== "gone" && <span class="icw-spinner" aria-hidden="true" />}
      </div>
      <div class="icw-actions">
        {canRepost(state) && host !== "vscode" ? (
          <button type="submit" class="icw-button">
            {S.openAgain}
          </button>
        ) : (
          <button type="button" class="icw-button" onClick={() => session.retype()}>
            {S.openAgain}
          </button>
        )}
        <button type="button" class="icw-button icw-quiet" onClick={() => session.cancel()}>
          {S.cancel}
        </button>
      </div>
      {offered && <Paste />}
      <Status text={offered ? S.pasteOffer : ""} />
      <details class="icw-details">
        <summary>{S.details}</summary>
        <ReturnPath />
      </details>
    </div>
  );
}

/** Whether the payload can be posted once more as it was; secrets are gone after the first time. */
function canRepost(state: State): boolean {
  if (!state.chosen || !state.form) return false;
  return state.launched ? !state.launched.secrets : schemaOf(state) === null;
}

function usePasteOffered(state: State): boolean {
  const [late, setLate] = useState(false);
  const since = state.launched?.at;
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PASTE_AFTER - (since ? Date.now() - since : 0));
    return () => clearTimeout(timer);
  }, [since]);
  return late || (state.ticket?.paste ?? false);
}

/** A tab is open somewhere else: what to do there, and the ways on from here. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
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
  const { limit } = state;
  const repost = canRepost(state) && host !== "vscode";
  const warned = useReached(limit?.warn);
  return (
    <div class="icw-waiting">
      <div class="icw-head">
        {state.chosen ? <Logo app={state.chosen} size={32} /> : null}
        <div class="icw-head-text">
          <h3 class="icw-title" tabIndex={-1} data-focus>
            {S.waitingTitle(app)}
          </h3>
          <p class="icw-help">
            {state.ticket?.paste ? S.waitingTextPaste : S.waitingText} {limit && S.until(limit.end)}
          </p>
        </div>
        {state.kernel !== "gone" && <span class="icw-spinner" aria-hidden="true" />}
      </div>
      {warned && (
        <div class="icw-notice icw-warning icw-row">
          <span>{S.almostOver}</span>
          <button type="button" class="icw-button" onClick={() => session.extend()}>
            {S.moreTime}
          </button>
        </div>
      )}
      <div class="icw-actions">
        <button
          type={repost ? "submit" : "button"}
          class="icw-button"
          onClick={() => repost || session.retype()}
        >
          {S.openAgain}
        </button>
        <button type="button" class="icw-button icw-quiet" onClick={() => session.cancel()}>
          {S.cancel}
        </button>
      </div>
      {offered && <Paste />}
      <Status text={offered ? S.pasteOffer : ""} />
      <Status text={limit ? (warned ? S.almostOver : S.until(limit.end)) : ""} />
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
  return state.launched ? !state.launched.secrets.length : schemaOf(state) === null;
}

function usePasteOffered(state: State): boolean {
  const shown = useMemo(Date.now, []);
  const late = useReached((state.launched?.at ?? shown) + PASTE_AFTER);
  // Something may have been pasted: it stays when the tab is opened again.
  const offered = useRef(false);
  offered.current ||= late || (state.ticket?.paste ?? false);
  return offered.current;
}

/** Whether that time, in milliseconds of `Date.now`, has come. */
function useReached(time: number | undefined): boolean {
  const [reached, setReached] = useState<number>();
  useEffect(() => {
    if (time === undefined) return;
    const timer = setTimeout(() => setReached(time), time - Date.now());
    return () => clearTimeout(timer);
  }, [time]);
  return time !== undefined && reached === time;
}

/** What went wrong or ended, and what to do. */
import { isObject, type Json } from "../messages";
import { connectionInError, type State, screenOf } from "../state/state";
import * as S from "../strings";
import { useShown } from "./context";
import { ReturnPath } from "./details";

export function KernelNotice() {
  const { kernel, traits } = useShown().state;
  if (kernel === "fine") return null;
  return (
    <p class="icw-notice icw-warning">
      {kernel === "busy" ? S.busy : S.gone}
      {kernel === "gone" && traits.connectionId && (
        <>
          {S.wasConnected}
          <code class="icw-code">{traits.connectionId}</code>
        </>
      )}
    </p>
  );
}

/** How the last attempt ended, above the form for the next one. */
export function EndNotice() {
  const { session, state, host, id } = useShown();
  const { status, error, errorData } = state.traits;
  if (state.dismissed || state.traits.late) return null;
  if (status === "cancelled" || status === "expired")
    return (
      <p class="icw-notice" id={id("reason")}>
        {error}
      </p>
    );
  if (status !== "failed" || saidInPlace(state)) return null;

  const causes = causesOf(errorData, error);
  // The hand-off page does not know of it.
  const connection = host === "vscode" ? null : connectionInError(errorData);
  const fix = (event: { currentTarget: HTMLButtonElement }) => {
    if (connection) session.fix(connection);
    event.currentTarget.form?.requestSubmit();
  };
  return (
    <div class="icw-notice icw-error">
      <strong class="icw-notice-title" tabIndex={-1} data-focus="first" aria-describedby={id("reason")}>
        {S.failedTitle(appName(state))}
      </strong>
      <p class="icw-message" id={id("reason")}>
        {error || S.unknownError}
      </p>
      <details class="icw-details">
        <summary>{S.details}</summary>
        {causes.length > 0 && (
          <ol class="icw-causes" aria-label={S.causes}>
            {causes.map((cause) => (
              <li key={cause}>{cause}</li>
            ))}
          </ol>
        )}
        <ReturnPath />
      </details>
      {connection && state.chosen && (
        <button type="button" class="icw-button" onClick={fix}>
          {S.fix}
        </button>
      )}
      {!state.ticket && (
        <button type="button" class="icw-button" onClick={() => session.retry()}>
          {S.retry}
        </button>
      )}
    </div>
  );
}

/** Where the catalogue or the options are missing it says so in their place. */
function saidInPlace({ traits: { error }, catalogue, options }: State): boolean {
  return error !== null && [catalogue.failed?.error, options?.error].includes(error);
}

/** What was finished in its tab after the attempt had ended: told, and offered. */
export function LateNotice() {
  const { session, state } = useShown();
  const { late } = state.traits;
  if (!late) return null;
  return (
    <div class="icw-notice">
      <strong class="icw-notice-title">{S.lateTitle(late.app ?? S.theApp)}</strong>
      <p class="icw-message">{S.lateText(late.problem)}</p>
      <button type="button" class="icw-button" onClick={() => session.send({ kind: "use-late" })}>
        {S.useLate}
      </button>
    </div>
  );
}

const DEEPEST = 10;

/** The errors that caused this one, outermost first, with type and key; a message said already is left out. */
export function causesOf(data: Json | undefined, said: string | null): string[] {
  const causes: string[] = [];
  for (let at = data, depth = 0; isObject(at) && depth < DEEPEST; at = at.causedByError, depth++) {
    const what = [at.type, at.key].filter((word) => typeof word === "string").join(", ");
    if (typeof at.message !== "string" || at.message === said) continue;
    causes.push(what ? `${at.message} (${what})` : at.message);
  }
  return causes;
}

export const appName = (state: State): string => state.chosen?.name ?? state.traits.preset ?? "";

/** What a screen reader is told when the widget changes by itself. */
export interface Announcement {
  text: string;
  /** The thing it is about: another one with the same text is news. */
  about?: unknown;
  /** The screen's heading says it. */
  headed?: boolean;
}

export function announcement(state: State): Announcement {
  const screen = screenOf(state);
  const { traits, options } = state;
  if (state.kernel !== "fine") return { text: state.kernel === "busy" ? S.busy : S.gone };
  const app = state.connection?.name || appName(state);
  if (screen === "connected")
    return {
      text: S.connectedTitle(app),
      about: traits.connectionId,
      headed: true,
    };
  if (screen === "waiting") return { text: S.waitingTitle(app), about: state.ticket?.flow, headed: true };
  if (traits.late)
    return {
      text: `${S.lateTitle(traits.late.app ?? S.theApp)}. ${S.lateText(traits.late.problem)}`,
      about: traits.late,
    };
  if (!state.dismissed) {
    if (traits.status === "failed" && !saidInPlace(state))
      return { text: `${S.failedTitle(app)}. ${traits.error ?? S.unknownError}`, about: traits.errorData };
    if (["expired", "cancelled"].includes(traits.status)) return { text: traits.error ?? "" };
  }
  if (screen !== "ask") return { text: "" };
  if (!options) return { text: S.loadingOptions(app) };
  const none = options.options.length ? "" : S.noOptions(app);
  return { text: options.error ?? none, about: options };
}

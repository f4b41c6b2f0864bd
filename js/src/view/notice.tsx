/** What went wrong or ended, and what to do. */
import { isObject, type Json } from "../messages";
import { connectionInError, type State, screenOf } from "../state/state";
import { S } from "../strings";
import { useShown } from "./context";
import { ReturnPath } from "./details";

export function KernelNotice() {
  const { kernel } = useShown().state;
  if (kernel === "fine") return null;
  return <p class="icw-notice icw-warning">{kernel === "busy" ? S.busy : S.gone}</p>;
}

/** How the last attempt ended, above the form for the next one. */
export function EndNotice() {
  const { session, state, host } = useShown();
  const { status, error, errorData } = state.traits;
  if (state.dismissed) return null;
  if (status === "cancelled") return <Ended title={S.cancelledTitle} text={S.cancelledText} />;
  if (status === "expired") return <Ended title={S.expiredTitle} text={S.expiredText} />;
  if (status !== "failed") return null;
  // Where the catalogue or the options are missing it says so in their place.
  if (error && [state.catalogue.failed?.error, state.options?.error].includes(error)) return null;

  const causes = causesOf(errorData, error);
  // The hand-off page does not know of it.
  const connection = host === "vscode" ? null : connectionInError(errorData);
  const fix = (event: { currentTarget: HTMLButtonElement }) => {
    if (connection) session.fix(connection);
    event.currentTarget.form?.requestSubmit();
  };
  return (
    <div class="icw-notice icw-error">
      <strong class="icw-notice-title">{S.failedTitle(appName(state))}</strong>
      <p class="icw-message">{error || S.unknownError}</p>
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

function Ended({ title, text }: { title: string; text: string }) {
  return (
    <div class="icw-notice">
      <strong class="icw-notice-title">{title}</strong>
      <p class="icw-message">{text}</p>
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
export function announcement(state: State): string {
  const screen = screenOf(state);
  if (state.kernel !== "fine") return state.kernel === "busy" ? S.busy : S.gone;
  const app = state.connection?.name || appName(state);
  if (screen === "connected") return app ? S.connectedTitle(app) : S.connectedTitleAny;
  if (screen === "waiting") return app ? S.waitingTitle(app) : S.waitingTitleAny;
  if (state.dismissed) return "";
  if (state.traits.status === "failed") return `${S.failedTitle(app)}. ${state.traits.error ?? ""}`;
  if (state.traits.status === "expired") return S.expiredTitle;
  return state.traits.status === "cancelled" ? S.cancelledTitle : "";
}

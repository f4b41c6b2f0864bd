/** The explorer as a whole. */
import { useLayoutEffect, useMemo, useReducer } from "preact/hooks";
import { seen } from "../foreign-text";
import * as S from "../strings";
import { Status } from "../view/status";
import { useFocusKept } from "../view/use-focus-kept";
import { CallForm } from "./call-form";
import { ExplorerContext } from "./context";
import { History } from "./history";
import { recordsIn } from "./records";
import { ResultShown } from "./result";
import type { ExploreSession } from "./session";
import { callRunning, callShown, type State } from "./state";
import { seconds, T } from "./strings";

export function Explorer({ session }: { session: ExploreSession }) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useLayoutEffect(() => session.store.subscribe(() => redraw(0)), [session]);
  // Not a count: each model loads this module again, and would begin again at one.
  const view = useMemo(() => Math.random().toString(36).slice(2, 10), []);
  const { state } = session.store;
  const { root } = useFocusKept("");
  const { connection, kernel } = state;
  // Names come from schemas and answers: a space would make two ids of one where aria-describedby lists them.
  const id = (name: string) =>
    `icw-${view}-${name.replace(/[^\w-]/g, (letter) => `_${letter.charCodeAt(0)}_`)}`;
  const app = seen(connection?.app ?? "");
  const name = seen(connection?.name ?? "");
  const label = T.explorer(name || app);
  return (
    <ExplorerContext.Provider value={{ session, state, id }}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be one of the form's own groups */}
      <div class="icw-card icw-explore" ref={root} role="group" lang="en" aria-label={label}>
        {kernel !== "fine" && <p class="icw-notice icw-warning">{kernel === "busy" ? S.busy : S.gone}</p>}
        <div class="icw-head">
          <div class="icw-head-text">
            <h3 class="icw-title" tabIndex={-1}>
              {label}
            </h3>
            {app && name && app !== name && <p class="icw-help">{app}</p>}
          </div>
        </div>
        {connection?.problem && <p class="icw-notice icw-warning">{connection.problem}</p>}
        <CallForm />
        <ResultShown />
        <History />
        <Status {...said(state)} />
      </div>
    </ExplorerContext.Provider>
  );
}

/** What a screen reader is told when the widget changes by itself. */
function said(state: State): { text: string; about?: unknown } {
  if (state.kernel !== "fine") return { text: state.kernel === "busy" ? S.busy : S.gone };
  if (callRunning(state)) return { text: T.running(0).replace(/\s*0.*$/, "") };
  const call = callShown(state);
  if (!call || !state.result) return { text: "" };
  const records = recordsIn(state.result.output);
  const found = records && T.rows(records.rows.length, state.result.cuts[records.at] ?? records.rows.length);
  const parts = [
    T.state(call.state, call.status),
    call.seconds !== null && seconds(call.seconds),
    found,
    state.result.error,
  ];
  return { text: parts.filter(Boolean).join(". "), about: call.call };
}

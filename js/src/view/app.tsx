/** The widget as a whole: which screen, announcements, where the focus goes. */
import { useLayoutEffect, useMemo, useReducer } from "preact/hooks";
import type { Host } from "../messages";
import type { Session } from "../state/session";
import { screenOf } from "../state/state";
import * as S from "../strings";
import { Ask } from "./ask";
import { Chooser } from "./chooser";
import { Connected } from "./connected";
import { ShownContext } from "./context";
import { LaunchForm } from "./launch-form";
import { announcement, EndNotice, KernelNotice, LateNotice } from "./notice";
import { Status } from "./status";
import { useFocusKept } from "./use-focus-kept";
import { Waiting } from "./waiting";

export function App({ session, host }: { session: Session; host: Host }) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useLayoutEffect(() => session.store.subscribe(() => redraw(0)), [session]);
  // Not a count: each model loads this module again, and would begin again at one.
  const view = useMemo(() => Math.random().toString(36).slice(2, 10), []);
  const { state } = session.store;
  const screen = screenOf(state);
  const { root, inside } = useFocusKept(`${screen} ${state.form !== null}`);
  const { text, about, headed } = announcement(state);
  // Where the focus goes to a heading that says the same, that is heard already.
  const said = useMemo(() => (headed && inside.current ? "" : text), [text, about]);
  // Names come from schemas: a space would make two ids of one where aria-describedby lists them.
  const id = (name: string) =>
    `icw-${view}-${name.replace(/[^\w-]/g, (letter) => `_${letter.charCodeAt(0)}_`)}`;
  const where = (state.connection ?? state.ticket)?.place;
  const shown = { session, state, host, id };
  return (
    <ShownContext.Provider value={shown}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be one of the form's own groups */}
      <div
        class="icw-card"
        ref={root}
        role="group"
        lang="en"
        aria-label={S.widget}
        data-screen={screen}
        onFocusIn={({ currentTarget, relatedTarget }) =>
          currentTarget.contains(relatedTarget as Node | null) || session.send({ kind: "used" })
        }
      >
        <KernelNotice />
        {/* Lost: nothing else could reach the kernel that it belongs to. */}
        {state.kernel !== "gone" && <LateNotice />}
        {state.kernel === "gone" ? null : screen === "connected" ? (
          <Connected />
        ) : (
          <LaunchForm>
            {screen === "waiting" ? <Waiting /> : <EndNotice />}
            {screen === "choose" && <Chooser />}
            {screen === "ask" && <Ask />}
            {state.another && screen !== "waiting" && (
              <button type="button" class="icw-button icw-quiet icw-back" onClick={() => session.back()}>
                {S.backToConnection}
              </button>
            )}
          </LaunchForm>
        )}
        {state.kernel !== "gone" && where && <p class="icw-help icw-place">{where}</p>}
        <Status text={said} about={about} />
      </div>
    </ShownContext.Provider>
  );
}

/** The calls of this session, the newest first; each can be looked at and run again. */
import { seen } from "../foreign-text";
import { useExplorer } from "./context";
import type { Call } from "./messages";
import { seconds, T } from "./strings";

export function History() {
  const { session, state } = useExplorer();
  const { calls, shown } = state;
  if (!calls.length) return null;
  return (
    <details class="icw-fold">
      <summary>{T.history(calls.length)}</summary>
      <div class="icw-fold-body">
        <ol class="icw-history" reversed>
          {calls.toReversed().map((call) => (
            <li key={call.call}>
              <button
                type="button"
                class="icw-button icw-quiet"
                aria-current={call.call === shown}
                onClick={() => session.recall(call)}
              >
                {labelOf(call)}
              </button>
              <span class="icw-help">
                {[
                  new Date(call.began).toLocaleTimeString(),
                  T.state(call.state, call.status),
                  call.seconds !== null && seconds(call.seconds),
                ]
                  .filter(Boolean)
                  .join(", ")}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </details>
  );
}

const labelOf = ({ action, input }: Call): string =>
  seen(action ?? `${input.method ?? "GET"} ${String(input.path ?? "")}`);

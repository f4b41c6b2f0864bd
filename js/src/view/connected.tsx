/** It worked: which connection, its id to copy, and another one if wanted. */
import { useState } from "preact/hooks";
import * as S from "../strings";
import { useShown } from "./context";
import { Logo } from "./logo";
import { appName } from "./notice";

export function Connected() {
  const { session, state } = useShown();
  const id = state.traits.connectionId ?? "";
  const made = state.connection?.id === id ? state.connection : null;
  const known =
    made && [state.chosen, ...state.catalogue.items].find((item) => item?.key === made.integration);
  const shown = known ?? state.chosen;
  const app = known?.name ?? made?.app ?? appName(state);
  const name = made?.name;
  return (
    <div class="icw-connected">
      <div class="icw-head">
        {shown && <Logo app={shown} size={32} />}
        <div class="icw-head-text">
          <h3 class="icw-title icw-success" tabIndex={-1} data-focus>
            {S.connectedTitle(app)}
          </h3>
          {name && name !== app && <p class="icw-help">{name}</p>}
          {(made?.problem || state.traits.reused) && <p class="icw-help">{made?.problem ?? S.reused}</p>}
        </div>
      </div>
      <div class="icw-row icw-id">
        <span class="icw-label">{S.connectionId}</span>
        <code class="icw-code">{id}</code>
        <Copy text={id} />
      </div>
      <div class="icw-actions">
        <button type="button" class="icw-button" onClick={() => session.send({ kind: "explore" })}>
          {S.tryIt}
        </button>
        <button type="button" class="icw-button" onClick={() => session.again()}>
          {state.traits.preset ? S.anotherOfIt : S.another}
        </button>
      </div>
    </div>
  );
}

function Copy({ text }: { text: string }) {
  const [said, setSaid] = useState("");
  const copy = async (event: MouseEvent) => {
    const code = (event.currentTarget as HTMLElement).parentElement?.querySelector("code");
    try {
      await navigator.clipboard.writeText(text);
      setSaid(S.copied);
    } catch {
      // No clipboard without https or permission: select the text, so that Ctrl+C copies it.
      if (code) code.ownerDocument.getSelection()?.selectAllChildren(code);
      setSaid(S.copySelected);
    }
  };
  return (
    <>
      <button type="button" class="icw-button icw-quiet" onClick={copy} onBlur={() => setSaid("")}>
        {S.copy}
      </button>
      <span class="icw-help" role="status">
        {said}
      </span>
    </>
  );
}

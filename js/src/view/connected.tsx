/** It worked: which connection, its id to copy, and another one if wanted. */
import { useState } from "preact/hooks";
import * as S from "../strings";
import { useShown } from "./context";
import { Logo } from "./logo";
import { appName } from "./notice";

export function Connected() {
  const { session, state } = useShown();
  const app = appName(state);
  const id = state.traits.connectionId ?? "";
  const name = state.connection?.id === id ? state.connection?.name : null;
  return (
    <div class="icw-connected">
      <div class="icw-head">
        {state.chosen ? <Logo app={state.chosen} size={32} /> : <span class="icw-done" aria-hidden="true" />}
        <div class="icw-head-text">
          <h3 class="icw-title icw-success" tabIndex={-1} data-focus>
            {app ? S.connectedTitle(app) : S.connectedTitleAny}
          </h3>
          {name && name !== app && <p class="icw-help">{name}</p>}
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
          {S.another}
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

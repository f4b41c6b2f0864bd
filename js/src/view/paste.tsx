/** The way that always works: the address the user ended on, pasted here. */
import { useState } from "preact/hooks";
import { S } from "../strings";
import { useShown } from "./context";
import { VERBATIM } from "./verbatim";

export function Paste() {
  const { session, state, id } = useShown();
  const [text, setText] = useState("");
  const { paste } = state;
  const wrong = paste && !paste.sending && !paste.ok ? paste.message : "";
  const send = () => session.paste(text);
  const onKeyDown = (event: KeyboardEvent) => {
    // The Enter that ends a composition, as WebKit sends it, accepts a word and nothing more.
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  return (
    <div class="icw-paste">
      {!state.ticket?.paste && <p class="icw-help">{S.pasteOffer}</p>}
      <label class="icw-label" for={id("paste")}>
        {S.pasteLabel}
      </label>
      <div class="icw-row">
        <input
          id={id("paste")}
          class="icw-input"
          type="text"
          value={text}
          {...VERBATIM}
          aria-invalid={wrong ? "true" : undefined}
          aria-describedby={id("paste-answer")}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="button" class="icw-button" onClick={send}>
          {S.pasteButton}
        </button>
      </div>
      <p id={id("paste-answer")} class={wrong ? "icw-problem" : "icw-help"} role="status">
        {paste?.sending ? S.pasteSending : wrong || (paste?.ok ? paste.message || S.pasteOk : "")}
      </p>
    </div>
  );
}

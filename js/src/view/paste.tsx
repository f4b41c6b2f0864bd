/** The way that always works: the address the user ended on, pasted here. */
import { useRef, useState } from "preact/hooks";
import * as S from "../strings";
import { useShown } from "./context";
import { isComposing } from "./input";
import { VERBATIM } from "./verbatim";

export function Paste() {
  const { session, state, id } = useShown();
  const [text, setText] = useState("");
  const { paste } = state;
  const input = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState(false);
  const wrong = missing ? S.pasteMissing : !paste?.ok && paste?.message;
  const send = () => {
    setMissing(!text.trim());
    if (text.trim()) session.paste(text);
    else input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || isComposing(event)) return;
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
          ref={input}
          class="icw-input"
          type="text"
          value={text}
          {...VERBATIM}
          enterkeyhint="send"
          aria-invalid={wrong ? "true" : undefined}
          aria-describedby={id("paste-answer")}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setMissing(false);
          }}
          onKeyDown={onKeyDown}
        />
        <button type="button" class="icw-button" onClick={send}>
          {S.pasteButton}
        </button>
      </div>
      <p id={id("paste-answer")} class={wrong ? "icw-problem" : "icw-help"} role="status">
        {wrong || (paste?.sending ? S.pasteSending : paste?.ok ? paste.message || S.pasteOk : "")}
      </p>
    </div>
  );
}

/** What came of a call: status and time, the error, the answer as table or tree, the code that does the same. */
import { useState } from "preact/hooks";
import { isObject, type Json } from "../messages";
import * as S from "../strings";
import { causesOf } from "../view/notice";
import { useExplorer } from "./context";
import type { Call, Result } from "./messages";
import { pythonFor } from "./python";
import { pointer, recordsIn } from "./records";
import { soundsSecret } from "./secrets";
import { callShown } from "./state";
import { seconds, T } from "./strings";
import { Table } from "./table";
import { Tree } from "./tree";

export function ResultShown() {
  const { state, id } = useExplorer();
  const call = callShown(state);
  if (!call || call.state === "running") return null;
  const { result } = state;
  return (
    <section class="icw-result" aria-labelledby={id("result")}>
      <div class="icw-row">
        <h4
          class={`icw-title ${call.state === "succeeded" ? "icw-success" : "icw-problem"}`}
          id={id("result")}
        >
          {T.state(call.state, call.status)}
        </h4>
        {call.seconds !== null && <span class="icw-help">{seconds(call.seconds)}</span>}
      </div>
      {result && <Answer key={call.call} result={result} />}
      <Code call={call} />
    </section>
  );
}

function Answer({ result }: { result: Result }) {
  const { session, state } = useExplorer();
  const { output, file, error, data } = result;
  const records = recordsIn(output);
  const table = records !== null && state.as === "table";
  const causes = causesOf(data ?? undefined, error);
  const something = output !== null || (!error && !file);
  return (
    <>
      {error && (
        <div class="icw-notice icw-error">
          <p class="icw-message">{error}</p>
          {causes.length > 0 && (
            <details class="icw-details">
              <summary>{S.details}</summary>
              <ol class="icw-causes" aria-label={S.causes}>
                {causes.map((cause) => (
                  <li key={cause}>{cause}</li>
                ))}
              </ol>
            </details>
          )}
        </div>
      )}
      {file && <p>{T.file(file.type, file.size)}</p>}
      {something && output === null && <p class="icw-help">{T.nothing}</p>}
      {output !== null && (
        <>
          <div class="icw-row">
            {records && (
              // biome-ignore lint/a11y/useSemanticElements: a fieldset would be one of the form's own groups
              <div class="icw-row" role="group" aria-label={T.view}>
                {(["table", "tree"] as const).map((as) => (
                  <button
                    key={as}
                    type="button"
                    class="icw-button icw-toggle"
                    aria-pressed={(as === "table") === table}
                    onClick={() => session.store.update({ as })}
                  >
                    {T[as]}
                  </button>
                ))}
              </div>
            )}
            {hasSecrets(output) && (
              <button
                type="button"
                class="icw-button icw-quiet"
                onClick={() => session.store.update({ revealed: !state.revealed })}
              >
                {state.revealed ? T.hideSecrets : T.showSecrets}
              </button>
            )}
          </div>
          {table ? (
            <Table records={records} all={result.cuts[records.at] ?? records.rows.length} />
          ) : (
            <Tree result={result} />
          )}
        </>
      )}
      <p class="icw-help">{T.inPython(state.connection?.called ?? "x")}</p>
    </>
  );
}

function hasSecrets(value: Json, at = ""): boolean {
  if (Array.isArray(value)) return value.some((each, n) => hasSecrets(each, pointer(at, n)));
  if (isObject(value))
    return Object.entries(value).some(([name, each]) => hasSecrets(each, pointer(at, name)));
  return soundsSecret(at, value);
}

function Code({ call }: { call: Call }) {
  const [said, setSaid] = useState("");
  const code = pythonFor(call);
  const copy = async (event: MouseEvent) => {
    const shown = (event.currentTarget as HTMLElement).closest("details")?.querySelector("code");
    try {
      await navigator.clipboard.writeText(code);
      setSaid(S.copied);
    } catch {
      // No clipboard without https or permission: select the text, so that Ctrl+C copies it.
      if (shown) shown.ownerDocument.getSelection()?.selectAllChildren(shown);
      setSaid(S.copySelected);
    }
  };
  return (
    <details class="icw-fold" open>
      <summary>{T.code}</summary>
      <div class="icw-fold-body">
        <pre class="icw-pre">
          <code>{code}</code>
        </pre>
        <div class="icw-row">
          <button type="button" class="icw-button" onClick={copy} onBlur={() => setSaid("")}>
            {T.copyCode}
          </button>
          <span class="icw-help" role="status">
            {said}
          </span>
        </div>
      </div>
    </details>
  );
}

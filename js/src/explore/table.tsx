/** A list of objects as a table. */
import { seen } from "../foreign-text";
import type { Json } from "../messages";
import { useExplorer } from "./context";
import { columnsOf, pointer, type Records } from "./records";
import { brief } from "./rows";
import { soundsSecret } from "./secrets";
import { T } from "./strings";
import { Value } from "./tree";

const MOST_COLUMNS = 50;
/** Letters of a cell; the tree has the rest. */
const LONGEST = 120;

export function Table({ records, all }: { records: Records; all: number }) {
  const { state } = useExplorer();
  const columns = columnsOf(records.rows).slice(0, MOST_COLUMNS);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a mouse */}
      <section class="icw-table" aria-label={T.table} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {seen(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {records.rows.map((row, n) => (
              <tr key={n}>
                {columns.map((name) => {
                  const value = row[name];
                  const at = pointer(pointer(records.at, n), name);
                  return (
                    <td key={name}>
                      {value !== undefined && (
                        <Value
                          at={at}
                          hidden={soundsSecret(at, value) && !state.revealed}
                          text={cell(value)}
                          kind={typeof value}
                        />
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p class="icw-help">{T.rows(records.rows.length, all)}</p>
    </>
  );
}

function cell(value: Json): string {
  const text = typeof value === "string" ? value : value === null ? "" : brief(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The ways to sign in, where an app has more than one. */
import { seen } from "../foreign-text";
import { labelOf, propertiesOf } from "../form/data-schema";
import { effective } from "../form/draft";
import { type AuthOption, own } from "../messages";
import { optionOf } from "../state/state";
import * as S from "../strings";
import { useShown } from "./context";

export const optionName = (option: AuthOption): string => seen(option.title || option.type);

export function AuthOptions() {
  const { session, state, id } = useShown();
  const options = state.options?.options ?? [];
  const current = optionOf(state);
  if (options.length < 2) return null;
  return (
    <fieldset class="icw-options">
      <legend class="icw-label">{S.howToConnect}</legend>
      {options.map((option) => (
        <label key={option.key} class="icw-option">
          <input
            type="radio"
            name={id("option")}
            checked={option.key === current?.key}
            aria-labelledby={id(`option-name-${option.key}`)}
            aria-describedby={id(`option-${option.key}`)}
            onChange={() => session.filler.switchTo(option.key)}
          />
          <span class="icw-option-text">
            <span class="icw-option-name" id={id(`option-name-${option.key}`)}>
              {optionName(option)}
            </span>
            <span class="icw-help" id={id(`option-${option.key}`)}>
              {[own(S.optionTypes, option.type), asked(option)].filter(Boolean).join(". ")}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function asked(option: AuthOption): string {
  const names = propertiesOf(effective(option.inputSchema ?? {}, {}))
    .map(([name, property]) => ({ name, own: effective(property, {}) }))
    .filter(({ own }) => own.readOnly !== true && own.const === undefined)
    .map(({ name, own }) => labelOf(own, name));
  return names.length ? S.asks(names) : "";
}

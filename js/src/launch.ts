/** What the form posts to the engine. */
import { collect } from "./form/draft";
import { isObject, type JsonObject } from "./messages";
import { addsOne, optionOf, type State, schemaOf, scopeOf, updated } from "./state/state";

/** The values the user entered, with the schema's types, and presets that the form has no field for. */
export function parametersOf(state: State): JsonObject {
  const scope = scopeOf(state);
  const schema = schemaOf(state, scope);
  const values = schema && state.form ? collect(schema, state.form.draft, scope) : null;
  return isObject(values) ? values : (state.ticket?.preset.parameters ?? {});
}

/** The payload: the ticket's part, and what was chosen and typed. It never becomes an attribute of the page. */
export function payloadOf(state: State): JsonObject | null {
  const { ticket, chosen } = state;
  if (!ticket || !chosen) return null;
  const option = optionOf(state);
  const name = state.form?.name.trim();
  const again = updated(state);
  return {
    ...ticket.payload,
    integrationKey: chosen.key,
    ...(option?.key ? { authOptionKey: option.key } : {}),
    ...(name ? { name } : {}),
    ...(again ? { connectionId: again.id } : addsOne(state) ? { allowMultipleConnections: true } : {}),
    [ticket.parameters_key]: parametersOf(state),
  };
}

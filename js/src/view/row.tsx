/** One app in the list. */
import type { Integration } from "../messages";
import { S } from "../strings";
import { useShown } from "./context";
import { ROW } from "./listbox";
import { Logo } from "./logo";

/** Why an app cannot be connected; null if it can. */
export function unusable(item: Integration): string | null {
  if (item.archivedAt) return S.archived;
  if (item.isDeactivated) return S.deactivated;
  if (item.hasMissingParameters) return S.notConfigured;
  return item.authOptionCount === 0 ? S.noOption : null;
}

interface Props {
  item: Integration;
  at: number;
  of: number;
  active: boolean;
  choose: (item: Integration) => void;
}

export function Row({ item, at, of, active, choose }: Props) {
  const { id } = useShown();
  const reason = unusable(item);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus (aria-activedescendant)
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox takes the keys
    <div
      id={id(`app-${at}`)}
      class={`icw-app${active ? " icw-active" : ""}`}
      role="option"
      aria-selected={active}
      aria-disabled={reason ? "true" : undefined}
      aria-setsize={of}
      aria-posinset={at + 1}
      style={{ top: `${at * ROW}px`, height: `${ROW}px` }}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => choose(item)}
    >
      <Logo app={item} />
      <span class="icw-app-name">{item.name}</span>
      {reason ? (
        <span class="icw-reason">{reason}</span>
      ) : item.connection ? (
        <span class="icw-mark">{S.connected}</span>
      ) : (
        <span class="icw-app-about">{item.categories?.slice(0, 2).join(", ")}</span>
      )}
    </div>
  );
}

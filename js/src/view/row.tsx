/** One app in the list. */
import type { Integration } from "../messages";
import * as S from "../strings";
import { useShown } from "./context";
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
  /** In CSS pixels. */
  height: number;
  active: boolean;
  choose: (item: Integration) => void;
}

export function Row({ item, at, of, height, active, choose }: Props) {
  const { id } = useShown();
  const reason = unusable(item);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus (aria-activedescendant)
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox takes the keys
    <div
      id={id(`app-${item.key}`)}
      class={`icw-app${active ? " icw-active" : ""}`}
      role="option"
      aria-selected={active}
      aria-disabled={reason ? "true" : undefined}
      aria-setsize={of}
      aria-posinset={at + 1}
      style={{ top: `${at * height}px`, height: `${height}px` }}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => choose(item)}
    >
      <Logo app={item} />
      <span class={`icw-app-name${item.name.length > LONG ? " icw-long" : ""}`} title={item.name}>
        {item.name}
      </span>
      {reason || item.connection?.problem ? (
        <span class="icw-reason" title={item.connection?.error ?? undefined}>
          {reason || item.connection?.problem}
        </span>
      ) : item.connection ? (
        <span class="icw-mark">{S.connected}</span>
      ) : (
        <span class="icw-app-about">{item.categories?.slice(0, 2).join(", ")}</span>
      )}
    </div>
  );
}

/** Longer names are smaller, on three lines: none is cut, so that no two of them look the same. */
const LONG = 36;

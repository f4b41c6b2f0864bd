/** The combobox over the catalogue (ARIA 1.2 pattern); its list is always open, so that a cell never jumps. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Integration } from "../messages";
import { searched } from "../state/finder";
import * as S from "../strings";
import { CatalogueState } from "./catalogue-state";
import { Categories } from "./categories";
import { useShown } from "./context";
import { isComposing } from "./input";
import { ListBox, PAGE, useScroll } from "./listbox";
import { unusable } from "./row";
import { VERBATIM } from "./verbatim";

export function Chooser() {
  const { session, state, id } = useShown();
  const { catalogue, query, category } = state;
  const { index } = session.finder;
  const { engineSearch } = catalogue;
  const engines = engineSearch?.text === searched(query) ? engineSearch.found : undefined;
  const aliases = state.ticket?.preset.aliases;
  useMemo(() => index.alias(aliases ?? {}), [aliases]);
  const found = useMemo(() => {
    if (query) index.update(catalogue.items);
    const matches = query ? index.find(query, engines) : catalogue.items;
    return category ? matches.filter((item) => item.categories?.includes(category)) : matches;
  }, [catalogue.items, query, category, engines, aliases]);

  // After the list was painted, so that the first keystroke need not do it.
  useEffect(() => index.update(catalogue.items), [catalogue.items]);

  // By key, so that the active row stays when the list changes under it.
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const at = activeKey === null ? -1 : found.findIndex((item) => item.key === activeKey);
  const active = at >= 0 ? at : query.trim() && found.length ? 0 : -1;
  const scroll = useScroll(found.length);
  useEffect(() => scroll.toTop(), [query, category]);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(found.length - 1, to));
    setActiveKey(found[next]?.key ?? null);
    scroll.reveal(next);
  };
  const choose = (item: Integration | undefined) => {
    if (item && !unusable(item)) session.choose(item);
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => move(active + 1),
    ArrowUp: () => move(active - 1),
    PageDown: () => move(active + PAGE),
    PageUp: () => move(active - PAGE),
    Enter: () => choose(found[active]),
  };
  // With nothing to clear, Escape leaves the widget.
  if (query) keys.Escape = () => type("");
  const type = (text: string) => {
    setActiveKey(null);
    session.finder.search(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act =
      isComposing(event) || event.altKey || event.ctrlKey || event.metaKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <div class="icw-chooser">
      <label class="icw-label icw-title" for={id("search")}>
        {S.search}
      </label>
      <input
        id={id("search")}
        class="icw-input icw-search"
        type="text"
        role="combobox"
        placeholder={S.searchHint}
        aria-expanded={found.length > 0}
        aria-controls={id("apps")}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? id(`app-${found[active]?.key}`) : undefined}
        {...VERBATIM}
        enterkeyhint="search"
        value={query}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        data-focus
      />
      <Categories />
      <ListBox items={found} active={active} scroll={scroll} choose={choose} />
      <CatalogueState found={found.length} clear={() => type("")} />
    </div>
  );
}

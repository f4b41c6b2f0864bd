/** How far the catalogue has come, how many match, and a way on where something is missing. */
import * as S from "../strings";
import { useShown } from "./context";
import { Status } from "./status";
import { useSettled } from "./use-settled";

export function CatalogueState({ found, clear }: { found: number; clear: () => void }) {
  const { session, state } = useShown();
  const { items, loading, complete, failed, engineSearch } = state.catalogue;
  const query = state.query.trim();
  // Where all apps are here the engine is asked besides: worth a word only while nothing was found.
  const asked = engineSearch?.text === query && !(complete && found) ? engineSearch.state : null;
  const searching = asked === "asking";
  const searchFailed = asked === "failed" && !complete;
  const narrowed = query !== "" || state.category !== null;
  const known = narrowed ? S.matches(found) : S.found(items.length);
  const count =
    loading && !items.length
      ? S.loading
      : loading && !narrowed
        ? S.loadingMore(items.length)
        : known + (complete || !found ? "" : S.soFar);
  const empty = narrowed && items.length > 0 && !found && !searching && !loading;
  const nothing = complete && !items.length;
  const said = searching ? S.engineSearching : empty || nothing || (failed && !items.length) ? "" : count;
  const settled = useSettled(nothing ? S.noApps : empty ? S.matches(0) : said);
  const wrong = failed ? S.pageFailed(failed.page, failed.error) : searchFailed ? S.engineSearchFailed : "";
  const showAll = () => {
    session.store.update({ category: null });
    clear();
  };
  return (
    <div class="icw-catalogue-state">
      {empty && (
        <div class="icw-empty">
          <p>{query ? S.noMatch(query) : S.matches(0)}</p>
          <p class="icw-help">{S.noMatchHint}</p>
          <button type="button" class="icw-button" onClick={showAll}>
            {S.showAll}
          </button>
        </div>
      )}
      {nothing && (
        <div class="icw-empty">
          <p>{S.noApps}</p>
          <p class="icw-help">{S.noAppsHint}</p>
        </div>
      )}
      {said && <p class="icw-count">{said}</p>}
      <Status text={wrong || settled} about={wrong && (failed ?? engineSearch)} />
      {searchFailed && <Failed text={S.engineSearchFailed} retry={() => session.finder.searchEngine()} />}
      {failed && <Failed text={wrong} retry={() => session.retry()} />}
    </div>
  );
}

function Failed({ text, retry }: { text: string; retry: () => void }) {
  return (
    <div class="icw-notice icw-warning icw-row">
      <span>{text}</span>
      <button type="button" class="icw-button" onClick={retry}>
        {S.retry}
      </button>
    </div>
  );
}

/** How far the catalogue has come, how many match, and a way on where something is missing. */
import { S } from "../strings";
import { useShown } from "./context";

export function CatalogueState({ found, clear }: { found: number; clear: () => void }) {
  const { session, state } = useShown();
  const { items, loading, failed, engineSearch } = state.catalogue;
  const query = state.query.trim();
  const searching = engineSearch?.text === query && engineSearch.state === "asking";
  const searchFailed = engineSearch?.text === query && engineSearch.state === "failed";
  const narrowed = query !== "" || state.category !== null;
  const asked = loading || failed !== null || state.catalogue.complete;
  const count =
    !asked || (loading && !items.length)
      ? S.loading
      : narrowed
        ? S.matches(found)
        : loading
          ? S.loadingMore(items.length)
          : S.found(items.length);
  const showAll = () => {
    session.store.update({ category: null });
    clear();
  };
  return (
    <div class="icw-catalogue-state">
      {narrowed && !found && !searching && !loading && (
        <div class="icw-empty">
          <p>{query ? S.noMatch(query) : S.matches(0)}</p>
          <p class="icw-help">{S.noMatchHint}</p>
          <button type="button" class="icw-button" onClick={showAll}>
            {S.showAll}
          </button>
        </div>
      )}
      {state.catalogue.complete && !items.length && (
        <div class="icw-empty">
          <p>{S.noApps}</p>
          <p class="icw-help">{S.noAppsHint}</p>
        </div>
      )}
      <p class="icw-count" role="status">
        {searching ? S.engineSearching : failed && !items.length ? "" : count}
      </p>
      {searchFailed && <p class="icw-help">{S.engineSearchFailed}</p>}
      {failed && (
        <div class="icw-notice icw-warning icw-row">
          <span>{S.pageFailed(failed.page, failed.error)}</span>
          <button type="button" class="icw-button" onClick={() => session.finder.retry()}>
            {S.retry}
          </button>
        </div>
      )}
    </div>
  );
}

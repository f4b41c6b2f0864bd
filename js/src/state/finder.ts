/** The catalogue: asked for page by page as it is needed, searched in the page, and on the engine where that finds little. */
import { fold } from "../fold";
import type { Existing, Integration, IntegrationsPage, ToKernel } from "../messages";
import { FEW, SearchIndex } from "../search";
import type { Catalogue, State } from "./state";
import type { Store } from "./store";

const DEBOUNCE = 300;

/** What the engine is asked for: as much of the query as a message may hold. */
export const searched = (query: string) => query.trim().slice(0, 256);

export class Finder {
  /** What the page searches by itself. */
  readonly index = new SearchIndex();
  readonly #store: Store<State>;
  readonly #send: (message: ToKernel) => void;
  /** Cursors of the pages that came. */
  readonly #came = new Set<string>();
  readonly #index = new Map<string, number>();
  #next: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store<State>, send: (message: ToKernel) => void) {
    this.#store = store;
    this.#send = send;
  }

  /** Ask once more for the page that failed. */
  retry(): void {
    this.#ask(this.#store.state.catalogue.failed?.cursor ?? null);
  }

  /** The kernel will send the first page by itself; a later one that failed is asked for. */
  restart(): void {
    const { failed, items } = this.#store.state.catalogue;
    if (failed?.cursor) this.retry();
    else this.#patch({ failed: null, loading: !items.length });
  }

  /** The end of what is here is in sight. */
  more(): void {
    const { failed, loading } = this.#store.state.catalogue;
    if (this.#next && !failed && !loading) this.#ask(this.#next);
  }

  #ask(cursor: string | null): void {
    this.#patch({ loading: true, failed: null });
    this.#send({ kind: "integrations", search: "", cursor });
  }

  #patch(change: Partial<Catalogue>): void {
    this.#store.update({ catalogue: { ...this.#store.state.catalogue, ...change } });
  }

  /** The user typed: at once in the page, a little later on the engine. */
  search(query: string): void {
    this.#store.update({ query });
    clearTimeout(this.#timer);
    if (this.#store.state.catalogue.engineSearch?.text === searched(query)) return;
    this.#timer = setTimeout(() => {
      if (this.#isLacking(query)) this.searchEngine();
    }, DEBOUNCE);
  }

  /** The engine may know more: other apps, or former names and tags of those that are here. */
  #isLacking(query: string): boolean {
    const { complete, items } = this.#store.state.catalogue;
    if (!fold(query)) return false;
    if (!complete) return true;
    this.index.update(items);
    return this.index.find(query).length < FEW;
  }

  /** At once, for the text there is now. */
  searchEngine(): void {
    const text = searched(this.#store.state.query);
    if (!text) return;
    this.#patch({ engineSearch: { text, state: "asking", found: new Set() } });
    this.#send({ kind: "integrations", search: text, cursor: null });
  }

  receive(page: IntegrationsPage): void {
    if (!page.error) this.#merge(page.items);
    if (page.search) this.#receiveSearch(page);
    else this.#receivePage(page);
  }

  #receiveSearch(page: IntegrationsPage): void {
    if (this.#store.state.catalogue.engineSearch?.text !== page.search) return;
    const state = page.error ? "failed" : "done";
    const found = new Set(page.error ? [] : page.items.map(({ key }) => key));
    this.#patch({ engineSearch: { text: page.search, state, found } });
  }

  #receivePage(page: IntegrationsPage): void {
    // The kernel sends the first page again with each attempt: what became of the later ones stays as it is.
    if (this.#came.has(String(page.cursor))) return;
    if (page.error) {
      const failed = { cursor: page.cursor, error: page.error, page: this.#came.size + 1 };
      this.#patch({ loading: false, failed });
      return;
    }
    this.#came.add(String(page.cursor));
    this.#next = page.next;
    this.#patch({ complete: !page.next, loading: false, failed: null });
  }

  /** The connection just made, marked in the list. */
  mark(integration: string, connection: Existing): void {
    const item = this.#store.state.catalogue.items.find(({ key }) => key === integration);
    if (item) this.#merge([{ ...item, connection }]);
  }

  /** By key: an item that comes again replaces the old one where it stands. */
  #merge(incoming: Integration[]): void {
    const items = this.#store.state.catalogue.items.slice();
    for (const item of incoming) {
      const at = this.#index.get(item.key);
      if (at === undefined) this.#index.set(item.key, items.push(item) - 1);
      else items[at] = item;
    }
    this.#patch({ items });
  }
}

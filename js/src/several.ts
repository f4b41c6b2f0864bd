/** Where the card of several apps meets its host (anywidget's front-end module). Each row shows a widget of its own. */
import { seen } from "./foreign-text";
import { describePage, saveLine } from "./page";
import { keepKeys } from "./view/keys";
import { followTheme } from "./view/theme";
import type { Model } from "./widget";

interface Row {
  app: string;
  /** The id of its widget's model. */
  model: string;
  state: string;
  /** The state in words. */
  text: string;
}

const T = {
  card: (n: number) => `Connect ${n} apps`,
  all: (n: number) => `All ${n} are connected.`,
  missing: (apps: string[], n: number) =>
    `${n - apps.length} of ${n} connected. Missing: ${apps.join(", ")}.`,
  cannot: (app: string) => `This page cannot show it here. Run a cell for this app alone to connect ${app}.`,
};

const isOpen = ({ state }: Row) => state !== "connected";

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string, into: Element) {
  const made = document.createElement(name);
  made.className = className;
  into.append(made);
  return made;
}

/** A row that folds without the kernel, and with the keyboard. */
function makeRow(row: Row, card: Element, model: Model) {
  const details = element("details", "icw-several-row", card);
  const summary = element("summary", "", details);
  const app = element("span", "icw-label", summary);
  const text = element("span", "icw-several-state", summary);
  const place = element("div", "icw-several-body", details);
  let gone = false;
  let view: { el: HTMLElement; remove(): void } | undefined;
  const show = async () => {
    try {
      const { widget_manager } = model;
      const made = await widget_manager.create_view(await widget_manager.get_model(row.model));
      if (gone) made.remove();
      else place.replaceChildren(made.el);
      view = made;
    } catch {
      place.textContent = T.cannot(app.textContent);
    }
  };
  const update = (now: Row) => {
    app.textContent = seen(now.app);
    text.textContent = seen(now.text);
    details.dataset.state = now.state;
  };
  update(row);
  void show();
  return {
    details,
    update,
    fold() {
      const { activeElement } = details.getRootNode() as Document | ShadowRoot;
      // What is folded away must not take the focus with it.
      if (place.contains(activeElement)) summary.focus({ preventScroll: true });
      details.open = false;
    },
    remove() {
      gone = true;
      view?.remove();
    },
  };
}

function renderView({ model, el }: { model: Model; el: HTMLElement }) {
  saveLine(model, describePage(window).host);
  const read = () => (model.get("_rows") ?? []) as Row[];
  let rows = read();
  el.dataset.jpSuppressContextMenu = "true";
  el.classList.add("icw");
  const ends = [followTheme(el), keepKeys(el)];
  const card = element("div", "icw-card icw-several", el);
  card.lang = "en";
  card.setAttribute("role", "group");
  card.setAttribute("aria-label", T.card(rows.length));
  element("h3", "icw-title", card).textContent = T.card(rows.length);
  const count = element("p", "icw-help", card);
  count.setAttribute("role", "status");
  const shown = rows.map((row) => makeRow(row, card, model));
  const say = () => {
    const apps = rows.filter(isOpen).map(({ app }) => seen(app));
    const text = apps.length ? T.missing(apps, rows.length) : T.all(rows.length);
    // What is set once more is read out once more.
    if (count.textContent !== text) count.textContent = text;
  };
  /** The first that is open from there on, unless one is unfolded: somebody may be typing in it. */
  const unfold = (from: number) => {
    if (rows.some((row, at) => isOpen(row) && shown[at]?.details.open)) return;
    const order = rows.map((_, at) => (from + at) % rows.length);
    const next = order.find((at) => isOpen(rows[at] as Row));
    if (next !== undefined) (shown[next] as (typeof shown)[0]).details.open = true;
  };
  const onRows = () => {
    const before = rows;
    rows = read();
    rows.forEach((row, at) => {
      shown[at]?.update(row);
      if (isOpen(row) || !isOpen(before[at] as Row)) return;
      shown[at]?.fold();
      unfold(at);
    });
    say();
  };
  model.on("change:_rows", onRows);
  unfold(0);
  say();
  return () => {
    model.off("change:_rows", onRows);
    for (const row of shown) row.remove();
    for (const end of ends) end();
    card.remove();
  };
}

export default { render: renderView };

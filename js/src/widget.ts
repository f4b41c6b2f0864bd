/** Where the widget meets its host (anywidget's front-end module): the only file that touches the model. */
import { h, render } from "preact";
import { parse } from "./messages";
import { describePage, saveLine } from "./page";
import { Reach } from "./reach";
import { Session } from "./state/session";
import type { Traits } from "./state/state";
import { tryInCell } from "./strings";
import { App } from "./view/app";
import { keepKeys } from "./view/keys";
import { followTheme } from "./view/theme";

/** The part of anywidget's model that is used. */
export interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown, options: { silent: true }): void;
  on(event: string, listener: (...args: unknown[]) => void): void;
  off(event: string, listener: (...args: unknown[]) => void): void;
  send(content: unknown): void;
  /** The host's; some have none, whatever the type says: shows the other widgets of the kernel. */
  widget_manager: {
    get_model(id: unknown): Promise<unknown>;
    create_view(model: unknown): Promise<{ el: HTMLElement; remove(): void }>;
  };
}

/** By `_uid`: a host hands different model objects to `initialize` and `render`. */
const sessions = new Map<string, Session>();

/** What the page calls them, and what Python does. */
const TRAITS: Record<keyof Traits, string> = {
  status: "status",
  connectionId: "connection_id",
  error: "error",
  errorData: "error_data",
  preset: "preset",
  redirect: "redirect",
  redirectReason: "redirect_reason",
  reused: "reused",
  late: "_late",
};
const NAMES = Object.values(TRAITS);

const read = (model: Model) =>
  Object.fromEntries(
    Object.entries(TRAITS).map(([name, trait]) => [name, model.get(trait) ?? null]),
  ) as unknown as Traits;

const uidOf = (model: Model) => String(model.get("_uid"));

function initialize({ model }: { model: Model }) {
  const around = {
    page: describePage(window),
    fetch: (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init),
    setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
  };
  const session = new Session(
    read(model),
    (tell) => new Reach((message) => model.send(message), tell, around),
  );
  const uid = uidOf(model);
  sessions.set(uid, session);

  const onMessage = (raw: unknown) => {
    const message = parse(raw);
    if (message) session.receive(message);
    else console.debug("ic_widget: message ignored");
  };
  const onTrait = () => session.traits(read(model));
  model.on("msg:custom", onMessage);
  for (const name of NAMES) model.on(`change:${name}`, onTrait);
  // Jupyter's models tell when their kernel was restarted, stopped or came back.
  const onKernel = () => session.check();
  model.on("comm_live_update", onKernel);
  saveLine(model, around.page.host);

  return () => {
    model.off("msg:custom", onMessage);
    model.off("comm_live_update", onKernel);
    for (const name of NAMES) model.off(`change:${name}`, onTrait);
    sessions.delete(uid);
  };
}

function renderView({ model, el }: { model: Model; el: HTMLElement }) {
  const session = sessions.get(uidOf(model));
  if (!session) return;
  el.dataset.jpSuppressContextMenu = "true";
  el.classList.add("icw");
  const ends = [followTheme(el), keepKeys(el)];
  const page = describePage(window);
  render(h(App, { session, host: page.host }), el);
  session.show({ kind: "ready", ...page });

  let explorer: { el: HTMLElement; remove(): void } | undefined;
  const place = el.appendChild(document.createElement("div"));
  const onExplore = async (raw: unknown) => {
    const message = parse(raw);
    if (message?.kind !== "explore") return;
    try {
      const made = await model.widget_manager.get_model(message.model);
      explorer?.remove();
      explorer = await model.widget_manager.create_view(made);
      place.replaceChildren(explorer.el);
    } catch {
      place.textContent = tryInCell;
    }
  };
  model.on("msg:custom", onExplore);

  return () => {
    session.hide();
    model.off("msg:custom", onExplore);
    explorer?.remove();
    place.remove();
    for (const end of ends) end();
    render(null, el);
  };
}

export default { initialize, render: renderView };

/** Where the explorer meets its host (anywidget's front-end module): the only file of it that touches the model. */
import { h, render } from "preact";
import { Explorer } from "./explore/app";
import { parse, type ToKernel } from "./explore/messages";
import { ExploreSession } from "./explore/session";
import { describePage, saveLine } from "./page";
import { Reach } from "./reach";
import { keepKeys } from "./view/keys";
import { followTheme } from "./view/theme";
import type { Model } from "./widget";

/** By `_uid`: a host hands different model objects to `initialize` and `render`. */
const sessions = new Map<string, ExploreSession>();

const uidOf = (model: Model) => String(model.get("_uid"));

function initialize({ model }: { model: Model }) {
  const page = describePage(window);
  const around = {
    page,
    fetch: (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init),
    setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
  };
  const session = new ExploreSession(
    (tell) => new Reach<ToKernel>((message) => model.send(message), tell, around),
  );
  const uid = uidOf(model);
  sessions.set(uid, session);
  const onMessage = (raw: unknown) => {
    const message = parse(raw);
    if (message) session.receive(message);
    else console.debug("ic_widget: a message of unknown shape was ignored");
  };
  model.on("msg:custom", onMessage);
  saveLine(model, page.host);
  session.send({ kind: "ready", ...page });
  return () => {
    model.off("msg:custom", onMessage);
    sessions.delete(uid);
  };
}

function renderView({ model, el }: { model: Model; el: HTMLElement }) {
  const session = sessions.get(uidOf(model));
  if (!session) return;
  el.dataset.jpSuppressContextMenu = "true";
  el.classList.add("icw");
  const ends = [followTheme(el), keepKeys(el)];
  render(h(Explorer, { session }), el);
  // Where a button showed it, the focus goes on to it as soon as it is in the page.
  const placed = new ResizeObserver(() => {
    placed.disconnect();
    const around = el.parentElement?.closest(".icw");
    if (around?.contains((el.getRootNode() as Document | ShadowRoot).activeElement))
      el.querySelector<HTMLElement>(".icw-title")?.focus();
  });
  placed.observe(el);
  return () => {
    for (const end of ends) end();
    render(null, el);
  };
}

export default { initialize, render: renderView };

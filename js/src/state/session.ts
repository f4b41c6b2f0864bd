/** One widget's life in the page: what the kernel says goes in, what the user does goes out. */
import { parametersOf } from "../launch";
import type { FromKernel, Integration, Made, Options, Ticket, ToKernel } from "../messages";
import type { Reach } from "../reach";
import { Filler } from "./filler";
import { Finder } from "./finder";
import { addsOne, initialState, NO_TAB, optionOf, type State, type Traits, updated } from "./state";
import { Store } from "./store";

const HALF_A_DAY = 43_200_000;
const ENDED = ["connected", "failed", "cancelled", "expired"];

/** The way to the kernel, as far as a session needs it. */
type Way = Pick<Reach, "send" | "acknowledged" | "probe" | "seal" | "watch">;

export class Session {
  readonly store: Store<State>;
  readonly finder: Finder;
  readonly filler: Filler;
  readonly #reach: Way;
  /** Options that came before the ticket, which says what Python preset. */
  #early: Options | null = null;
  #ready: ToKernel | null = null;
  #views = 0;

  constructor(traits: Traits, connect: (tell: (kernel: State["kernel"]) => void) => Way) {
    this.store = new Store(initialState(traits));
    this.#reach = connect((kernel) => {
      // What is lost is not busy.
      if (kernel !== this.state.kernel && !(kernel === "busy" && this.state.kernel === "gone"))
        this.store.update({ kernel });
    });
    this.filler = new Filler(this.store);
    this.finder = new Finder(this.store, (message) => this.send(message));
  }

  get state(): State {
    return this.store.state;
  }

  send(message: ToKernel): void {
    this.#reach.send(message);
  }

  /** There is a view: the kernel answers to the first with all that is needed first. */
  show(ready: ToKernel): void {
    this.#ready = ready;
    if (this.#views++) return;
    this.send(ready);
    // The page may have been reloaded meanwhile.
    if (this.state.traits.status === "waiting") this.#watch();
  }

  /** A view is gone: without any, the kernel rests. */
  hide(): void {
    if (!--this.#views) this.send({ kind: "unseen" });
  }

  /** After the catalogue or the options failed to load. */
  retry(): void {
    const { ticket, chosen, options } = this.state;
    this.store.update({ dismissed: true });
    if (!ticket && this.#ready) {
      this.store.update({ options: null });
      this.finder.restart();
      this.send(this.#ready);
    } else if (chosen && options?.error) {
      this.store.update({ options: null });
      this.send({ kind: "options", integration: options.integration });
    } else this.finder.retry();
  }

  /** After no token could be had: try at once. */
  retryToken(): void {
    const { ticket } = this.state;
    if (ticket) this.send({ kind: "again", flow: ticket.flow });
  }

  /** Python changed a trait. */
  traits(traits: Traits): void {
    const before = this.state.traits;
    const same = traits.status === before.status;
    if (traits.connectionId !== before.connectionId) this.store.update({ another: false });
    this.store.update({ traits, dismissed: this.state.dismissed && same && traits.error === before.error });
    if (same) return;
    const { launched } = this.state;
    if (traits.status === "failed" && launched) this.filler.reject(launched.secrets, traits.errorData);
    if (traits.status === "waiting") this.#watch();
    if (ENDED.includes(traits.status)) this.store.update({ ...NO_TAB, retyping: false, fixing: null });
    // The token and the presets, which may be secret, are of no more use.
    if (traits.status === "connected")
      this.store.update({ another: false, adding: false, ticket: null, options: null, form: null });
  }

  receive(message: FromKernel): void {
    if (message.kind === "ack") this.#reach.acknowledged(message.id);
    if (message.kind === "channel") void this.#reach.probe(message);
    if (message.kind === "pad") this.#reach.seal(message.name, message.data);
    // Messages pass while the kernel is busy, but never from one that is gone.
    if (this.state.kernel === "gone") this.store.update({ kernel: "fine" });
    if (message.kind === "still-seen" && this.#views && this.#ready) this.send(this.#ready);
    if (message.kind === "ticket") this.#ticket(message);
    if (message.kind === "withdrawn") this.store.update({ ticket: null, tokenProblem: null });
    if (message.kind === "token-problem") this.store.update({ tokenProblem: message.message });
    if (message.kind === "integrations") this.finder.receive(message);
    if (message.kind === "options") this.#options(message);
    if (message.kind === "connection") this.#connection(message);
    if (message.kind === "time-left") this.#timeLeft(message.seconds * 1000);
    if (message.kind === "paste-result") this.store.update({ paste: { ...message, sending: false } });
    if (message.kind === "handoff-link") this.store.update({ handoff: message });
  }

  #ticket(ticket: Ticket): void {
    const newFlow = this.state.ticket?.flow !== ticket.flow;
    const first = this.state.ticket === null;
    this.store.update({
      ticket,
      ...(newFlow && !first ? NO_TAB : {}),
    });
    const { integration, auth_option } = ticket.preset;
    if (integration !== null && this.state.chosen === null) {
      // The kernel sends the options of a preset integration by itself.
      this.store.update({
        chosen: { key: integration, name: this.state.traits.preset ?? integration },
        optionKey: auth_option,
      });
    }
    if (this.#early) this.#options(this.#early);
    const { chosen, options, form } = this.state;
    if (chosen && options && !options.error && !form) this.filler.begin();
  }

  choose(chosen: Integration): void {
    const known = this.state.options?.integration === chosen.key && !this.state.options.error;
    const optionKey = this.state.ticket?.preset.auth_option ?? null;
    this.store.update({ chosen, query: "", ...(known ? {} : { options: null, form: null, optionKey }) });
    if (!known) this.send({ kind: "options", integration: chosen.key });
  }

  /** Back to the catalogue; the form is kept in case the same app is chosen again. */
  unchoose(): void {
    this.store.update({ chosen: null, fixing: null, adding: false, handoff: null, dismissed: true });
  }

  #options(options: Options): void {
    const { chosen, form, ticket } = this.state;
    const named = [chosen?.key, chosen?.id, ticket?.preset.integration];
    this.#early = ticket ? null : options;
    if (!chosen || !named.includes(options.integration)) return;
    const item = options.item ? { ...chosen, ...options.item } : chosen;
    this.store.update({ options, chosen: item });
    // Without the ticket the presets are not known yet.
    if (ticket && !form && !options.error) this.filler.begin();
  }

  #connection(connection: Made): void {
    this.store.update({ connection });
    const { id, integration, name, problem } = connection;
    if (integration) this.finder.mark(integration, { id, name, ...(problem ? { problem } : {}) });
  }

  /** The tab was opened: tell the kernel, and forget what was secret. */
  launched(): void {
    const { ticket, chosen } = this.state;
    if (!ticket || !chosen) return;
    const secrets = this.filler.forget();
    this.store.update({ launched: { flow: ticket.flow, at: Date.now(), secrets }, retyping: false });
    this.send({ kind: "launched", flow: ticket.flow, integration: chosen.key });
    this.#watch();
  }

  /** The kernel may be gone, also while nothing goes on. */
  check(): void {
    const until = Date.now() + 15_000;
    this.#reach.watch(() => Date.now() < until || this.#waiting(), 0);
  }

  #waiting = () => this.state.traits.status === "waiting" || this.state.launched !== null;

  #watch(): void {
    this.#reach.watch(this.#waiting);
  }

  retype(): void {
    this.store.update({ retyping: true });
  }

  /** From now on this attempt updates that connection. */
  fix(connection: string): void {
    this.store.update({ fixing: connection });
  }

  #timeLeft(left: number): void {
    // The time of day would not say which day it is of.
    if (left > HALF_A_DAY) return;
    const end = Date.now() + left;
    this.store.update({ limit: { end, warn: end - Math.min(120_000, left / 2) } });
  }

  /** As much time again for the sign-in. */
  extend(): void {
    const { ticket } = this.state;
    if (ticket) this.send({ kind: "extend", flow: ticket.flow });
  }

  cancel(): void {
    const { ticket } = this.state;
    if (ticket) this.send({ kind: "cancel", flow: ticket.flow });
    this.store.update({ ...NO_TAB, retyping: false });
  }

  /** After a connection was made: another one, until which the last one stays. */
  again(): void {
    // The ticket went when the attempt ended; the kernel knows which one is meant.
    this.send({ kind: "again", flow: "" });
    if (!this.state.traits.preset) this.unchoose();
    this.store.update({ another: true, dismissed: true });
  }

  /** Back to the connection that was made. */
  back(): void {
    this.send({ kind: "back" });
    this.store.update({ another: false });
  }

  paste(text: string): void {
    const { ticket } = this.state;
    if (!ticket || !text.trim()) return;
    this.store.update({ paste: { sending: true, ok: false, message: "" } });
    this.send({ kind: "pasted", flow: ticket.flow, text: text.trim().slice(0, 16_384) });
  }

  /** Where forms are blocked: the kernel serves a page that posts for us. */
  handOff(): void {
    const { ticket, chosen, form } = this.state;
    if (!ticket || !chosen) return;
    this.send({
      kind: "handoff",
      flow: ticket.flow,
      integration: chosen.key,
      auth_option: optionOf(this.state)?.key ?? null,
      name: form?.name.trim() || null,
      parameters: parametersOf(this.state),
      connection: updated(this.state)?.id ?? null,
      several: addsOne(this.state),
    });
    this.store.update({ handoff: { url: null, error: null } });
  }
}

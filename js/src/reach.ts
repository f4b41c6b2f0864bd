/** How the page reaches the kernel: by the model's messages, and by HTTP to the kernel's own server while the kernel is busy. */
import type { Host, ToKernel } from "./messages";

const ACK_WITHIN = 1000;
const ACK_WITHIN_WHEN_BUSY = 100;
const BUSY_AFTER = 2500;
const PROBE_WITHIN = 5000;
const HEARTBEAT = 10_000;

export interface Page {
  origin: string;
  base_url: string | null;
  host: Host;
}

export interface Surroundings {
  page: Page;
  fetch: typeof fetch;
  setTimeout: (run: () => void, ms: number) => unknown;
}

/** Where the kernel's server takes messages. It answers `proof`, which no address holds: a stranger on the port cannot repeat it. */
export type Channel = { port: number; nonce: string; proof: string };

/** Milliseconds until a message counts as late. One for all widgets of the page: what one finds out is true for the others. */
let patience = ACK_WITHIN;

/** Sends messages until they are acknowledged, and knows whether the kernel hears. `M` are those of another widget. */
export class Reach<M extends { kind: string } = ToKernel> {
  readonly #around: Surroundings;
  readonly #send: (message: (ToKernel | M) & { id: string }) => void;
  readonly #tell: (kernel: "fine" | "busy" | "gone") => void;
  /** By id, in order: null for what went by HTTP, too. */
  readonly #unanswered = new Map<string, ((ToKernel | M) & { id: string }) | null>();
  /** By the name of the pad they wait for. */
  readonly #unsealed = new Map<string, Uint8Array>();
  readonly #prefix = Math.random().toString(36).slice(2, 10);
  #count = 0;
  #channel: (Channel & { url: string | null }) | null = null;
  #watching = 0;

  constructor(
    send: (message: (ToKernel | M) & { id: string }) => void,
    tell: (kernel: "fine" | "busy" | "gone") => void,
    around: Surroundings,
  ) {
    this.#send = send;
    this.#tell = tell;
    this.#around = around;
  }

  send(message: ToKernel | M): void {
    this.#count += 1;
    const whole = { ...message, id: `${this.#prefix}-${this.#count}` };
    if (/^(pasted|handoff|run)$/.test(message.kind)) {
      // A kernel that logs what it is sent would show these: they go once there is a pad to hide them with.
      const plain = new TextEncoder().encode(JSON.stringify(whole));
      this.#unsealed.set(whole.id, plain);
      this.send({ kind: "pad", name: whole.id, length: plain.length });
      return;
    }
    this.#unanswered.set(whole.id, whole);
    try {
      this.#send(whole);
    } catch {
      // The comm is closed: HTTP is the only way left, and the channel may be gone with the kernel.
    }
    this.#around.setTimeout(() => {
      if (!this.#unanswered.has(whole.id)) return;
      patience = ACK_WITHIN_WHEN_BUSY;
      this.#resend();
    }, patience);
    this.#around.setTimeout(() => this.#unanswered.has(whole.id) && this.#tell("busy"), BUSY_AFTER);
  }

  /** The pad `name` came: send what waited for it, added (XOR) to the pad. */
  seal(name: string, data: string): void {
    const plain = this.#unsealed.get(name);
    const pad = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    if (plain?.length !== pad.length) return;
    this.#unsealed.delete(name);
    const sealed = Array.from(plain, (byte, index) => String.fromCharCode(byte ^ (pad[index] ?? 0)));
    this.send({ kind: "sealed", name, data: btoa(sealed.join("")) });
  }

  acknowledged(id: string): void {
    if (this.#unanswered.get(id)) patience = ACK_WITHIN;
    this.#unanswered.delete(id);
    if (!this.#unanswered.size) this.#tell("fine");
  }

  /** All that is not acknowledged goes by HTTP, in order; the kernel ignores a second copy by its id. */
  async #resend(): Promise<void> {
    const { url, proof } = this.#channel ?? {};
    if (!url) return;
    for (const [id, message] of this.#unanswered) {
      if (!message) continue;
      this.#unanswered.set(id, null);
      if ((await this.#post(url, message)) === proof) this.acknowledged(id);
    }
  }

  /** What the server answers: text/plain, so that no preflight request is needed. */
  async #post(url: string, message: ToKernel | M): Promise<unknown> {
    try {
      const answer = await this.#around.fetch(url, { method: "POST", body: JSON.stringify(message) });
      return (await answer.json()).ic_widget;
    } catch {
      return undefined;
    }
  }

  /** Try the addresses that could lead to the kernel's server, and tell the kernel which of them do. */
  async probe({ port, nonce, proof }: Channel): Promise<void> {
    if (this.#channel?.nonce === nonce) return;
    const channel: Channel & { url: string | null } = { port, nonce, proof, url: null };
    this.#channel = channel;
    for (const [path, url] of this.#addresses(port, nonce)) {
      const detail = await this.#wrong(url, proof);
      if (this.#channel !== channel) return;
      const ok = !detail;
      if (ok) channel.url = url;
      this.send({ kind: "probe-result", path, ok, detail });
      if (ok) {
        // A kernel that is not busy acknowledges meanwhile.
        this.#around.setTimeout(() => this.#resend(), patience);
        return;
      }
    }
  }

  /** A public page must not try loopback: the browser would ask its user for permission. */
  #addresses(port: number, nonce: string): ["loopback" | "proxy", string][] {
    const { origin, base_url } = this.#around.page;
    const found: ["loopback" | "proxy", string][] = [];
    if (isLoopback(origin)) found.push(["loopback", `http://127.0.0.1:${port}/${nonce}/loopback`]);
    if (base_url !== null) found.push(["proxy", `${origin}${base_url}proxy/${port}/${nonce}/proxy`]);
    return found;
  }

  /** What is wrong with the answer of an address; empty if it is the kernel's. */
  async #wrong(url: string, proof: string): Promise<string> {
    try {
      const answer = await this.#around.fetch(url, {
        cache: "no-store",
        signal: AbortSignal.timeout?.(PROBE_WITHIN),
      });
      if (!answer.ok) return `HTTP ${answer.status}`;
      const said = await answer.json().catch(() => null);
      return said?.ic_widget === proof ? "" : answer.redirected ? "login page" : "another answer";
    } catch {
      return "network error";
    }
  }

  /**
   * As long as `still` says so, from `first` on: refused twice in a row means that the kernel was restarted or stopped.
   * From 0 on it looks more often at first: a kernel that is being restarted answers until it has ended.
   */
  watch(still: () => boolean, first = HEARTBEAT): void {
    const mine = ++this.#watching;
    let pause = first || 1000;
    const look = async (refusals: number) => {
      if (mine !== this.#watching || !still()) return;
      const { url, proof = "" } = this.#channel ?? {};
      const wrong = url ? await this.#wrong(url, proof) : "";
      const refused = /^(net|HTTP 5)/.test(wrong);
      if (mine !== this.#watching || !still()) return;
      // A new kernel on the same port knows nothing of this one: what was refused stays so until there is proof.
      const total = refused ? refusals + 1 : !wrong || refusals < 2 ? 0 : refusals;
      if (total === 2 && refused) this.#tell("gone");
      // It may have been the network only, or a lid that was closed.
      if (!total && refusals > 1) this.#tell("fine");
      this.#around.setTimeout(() => look(total), total === 1 ? 1000 : pause);
      pause = Math.min(2 * pause, HEARTBEAT);
    };
    this.#around.setTimeout(() => look(0), first);
  }
}

export const isLoopback = (origin: string): boolean =>
  /^https?:\/\/((.+\.)?localhost|\[::1\]|127(\.\d{1,3}){3})(:\d+)?$/.test(origin);

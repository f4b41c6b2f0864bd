import { beforeEach, describe, expect, it } from "vitest";
import type { ToKernel } from "../src/messages";
import { isLoopback, Reach, type Surroundings } from "../src/reach";
import { Clock, settled } from "./fakes";

type Answer = Response | Error;

/** A Reach on a page, with what it sent, asked for and said. */
function setUp(
  page: Partial<Surroundings["page"]>,
  answers: (url: string, body?: string) => Answer = () => new Error(),
) {
  const clock = new Clock();
  const sent: (ToKernel & { id: string })[] = [];
  const asked: string[] = [];
  const said: string[] = [];
  const reach = new Reach(
    (message) => sent.push(message),
    (kernel) => said.push(kernel),
    {
      page: {
        origin: "https://hub.example",
        base_url: null,
        host: "jupyterlab",
        ...page,
      },
      setTimeout: clock.setTimeout,
      fetch: async (input, init) => {
        asked.push(`${init?.method ?? "GET"} ${input}`);
        const answer = answers(String(input), init?.body as string | undefined);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  );
  return { reach, clock, sent, asked, said };
}

beforeEach(() => {
  // All know of a kernel that was busy in the test before, until one is acknowledged at once.
  const calm: Reach = new Reach(
    ({ id }) => calm.acknowledged(id),
    () => {},
    { page: { origin: "", base_url: null, host: "other" }, fetch, setTimeout: () => {} },
  );
  calm.send({ kind: "used" });
});

const proof = (said: string) => Response.json({ ic_widget: said });
const local = { origin: "http://localhost:8888", base_url: "/" };

describe("probes", () => {
  it("prove loopback from a loopback page and stop there", async () => {
    const { reach, sent, asked } = setUp(local, () => proof("p"));
    await reach.probe({ port: 4711, nonce: "n", proof: "p" });
    expect(asked).toEqual(["GET http://127.0.0.1:4711/n/loopback"]);
    expect(sent).toMatchObject([{ kind: "probe-result", path: "loopback", ok: true, detail: "" }]);
  });

  it("go on to the proxy when loopback does not answer", async () => {
    const { reach, sent, asked } = setUp({ ...local, base_url: "/user/a b/" }, (url) =>
      url.endsWith("/proxy") ? proof("p") : new Error(),
    );
    await reach.probe({ port: 4711, nonce: "n", proof: "p" });
    expect(asked[1]).toBe("GET http://localhost:8888/user/a b/proxy/4711/n/proxy");
    expect(sent).toMatchObject([
      { path: "loopback", ok: false, detail: "network error" },
      { path: "proxy", ok: true },
    ]);
  });

  it("never try loopback from a public page", async () => {
    const { reach, asked } = setUp({ base_url: "/user/alice/" }, () => proof("p"));
    await reach.probe({ port: 4711, nonce: "n", proof: "p" });
    expect(asked).toEqual(["GET https://hub.example/user/alice/proxy/4711/n/proxy"]);
  });

  it("ask nothing where there is neither", async () => {
    const { reach, asked, sent } = setUp({});
    await reach.probe({ port: 4711, nonce: "n", proof: "p" });
    expect([asked, sent]).toEqual([[], []]);
  });

  it.each<[string, Answer]>([
    ["HTTP 500", new Response("", { status: 500 })],
    ["another answer", new Response("<html>")],
    ["login page", Object.defineProperty(new Response("<html>"), "redirected", { value: true })],
    ["another answer", proof("another proof")],
    ["another answer", proof("n")],
  ])("say what came instead: %s", async (detail, answer) => {
    const { reach, sent } = setUp({ base_url: "/" }, () => answer);
    await reach.probe({ port: 1, nonce: "n", proof: "p" });
    expect(sent).toMatchObject([{ path: "proxy", ok: false, detail }]);
  });

  it("go without a limit of time where the browser has none (Safari before 16)", async () => {
    const { timeout } = AbortSignal;
    Object.assign(AbortSignal, { timeout: undefined });
    try {
      const { reach, sent } = setUp(local, () => proof("p"));
      await reach.probe({ port: 1, nonce: "n", proof: "p" });
      expect(sent).toMatchObject([{ path: "loopback", ok: true }]);
    } finally {
      Object.assign(AbortSignal, { timeout });
    }
  });

  it("are not repeated for the same address", async () => {
    const { reach, asked } = setUp(local, () => proof("p"));
    await reach.probe({ port: 1, nonce: "n", proof: "p" });
    await reach.probe({ port: 1, nonce: "n", proof: "p" });
    expect(asked.length).toBe(1);
  });

  it.each([
    "http://localhost",
    "https://lab.localhost:8888",
    "http://127.0.0.1:80",
    "http://127.1.2.3",
    "http://[::1]:1",
  ])("take %s for loopback", (origin) => {
    expect(isLoopback(origin)).toBe(true);
  });

  it.each([
    "http://example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com",
    "http://10.0.0.1:127",
    "vscode-webview://localhost",
    "null",
  ])("not %s", (origin) => {
    expect(isLoopback(origin)).toBe(false);
  });
});

describe("a kernel that is busy", () => {
  it("gets by HTTP, with the same id, what it did not acknowledge within a second", async () => {
    const bodies: string[] = [];
    const { reach, clock, asked, sent } = setUp(local, (_, body) => {
      if (!body) return proof("p");
      bodies.push(body);
      return proof("p");
    });
    await reach.probe({ port: 4711, nonce: "n", proof: "p" });
    reach.acknowledged(sent[0]?.id ?? "");
    reach.send({ kind: "cancel", flow: "f" });
    await clock.pass(1000);
    expect(asked.at(-1)).toBe("POST http://127.0.0.1:4711/n/loopback");
    expect(JSON.parse(bodies[0] ?? "")).toEqual(sent[1]);
  });

  it("gets by HTTP at once what follows one that was late, in order, until it acknowledges by itself again", async () => {
    const posted: string[] = [];
    const { reach, clock, sent } = setUp(local, (_, body) => {
      if (body) posted.push(JSON.parse(body).kind);
      return proof("p");
    });
    await reach.probe({ port: 4711, nonce: "n", proof: "p" });
    reach.acknowledged(sent[0]?.id ?? "");
    await clock.pass(1000);
    reach.send({ kind: "used" });
    await clock.pass(900);
    reach.send({ kind: "use-late" });
    await clock.pass(100);
    await settled();
    expect(posted).toEqual(["used", "use-late"]);
    reach.send({ kind: "cancel", flow: "f" });
    await clock.pass(100);
    await settled();
    expect(posted).toEqual(["used", "use-late", "cancel"]);

    reach.send({ kind: "back" });
    reach.acknowledged(sent.at(-1)?.id ?? "");
    reach.send({ kind: "unseen" });
    await clock.pass(900);
    expect(posted.length).toBe(3);
    await clock.pass(100);
    expect(posted.length).toBe(4);
  });

  it("is known to be busy by every widget of the page", async () => {
    const [first, second] = [setUp(local, () => proof("p")), setUp(local, () => proof("p"))];
    await first.reach.probe({ port: 4711, nonce: "n", proof: "p" });
    await first.clock.pass(1000);
    second.reach.send({ kind: "used" });
    await second.reach.probe({ port: 4711, nonce: "n", proof: "p" });
    await second.clock.pass(100);
    await settled();
    expect(second.asked).toContain("POST http://127.0.0.1:4711/n/loopback");
  });

  it.each<[string, Answer]>([
    ["the proof", proof("p")],
    ["nothing of the kind", new Response("{}")],
    ["no JSON", new Response("fine")],
  ])("has got a message by HTTP only if it answered %s", async (what, answer) => {
    const { reach, clock, sent, said } = setUp(local, (_, body) => (body ? answer : proof("p")));
    await reach.probe({ port: 4711, nonce: "n", proof: "p" });
    reach.acknowledged(sent[0]?.id ?? "");
    reach.send({ kind: "cancel", flow: "f" });
    await clock.pass(1000);
    await settled();
    await clock.pass(2000);
    expect(said.includes("busy")).toBe(what !== "the proof");
  });

  it("gets nothing twice that it acknowledged", async () => {
    const { reach, clock, asked, sent, said } = setUp(local, () => proof("p"));
    await reach.probe({ port: 4711, nonce: "n", proof: "p" });
    for (const { id } of sent) reach.acknowledged(id);
    await clock.pass(5000);
    expect(asked.length).toBe(1);
    expect(said).not.toContain("busy");
  });

  it("gets what waited as soon as a way is proved", async () => {
    const { reach, clock, asked } = setUp(local, (_, body) => (body ? new Response() : proof("p")));
    reach.send({ kind: "options", integration: "x" });
    await clock.pass(1500);
    expect(asked).toEqual([]);
    await reach.probe({ port: 4711, nonce: "n", proof: "p" });
    await clock.pass(100);
    await settled();
    expect(asked.filter((each) => each.startsWith("POST")).length).toBeGreaterThan(0);
  });

  it("is called busy where no way is proved, until an acknowledgement comes", async () => {
    const { reach, clock, sent, said } = setUp({});
    reach.send({ kind: "options", integration: "x" });
    await clock.pass(3000);
    expect(said).toEqual(["busy"]);
    reach.acknowledged(sent[0]?.id ?? "");
    expect(said).toEqual(["busy", "fine"]);
  });

  it("is sent nothing through a closed comm, and nothing is thrown", () => {
    const reach = new Reach(
      () => {
        throw new Error("comm closed");
      },
      () => {},
      { page: { origin: "", base_url: null, host: "other" }, fetch, setTimeout: () => {} },
    );
    expect(() => reach.send({ kind: "cancel", flow: "f" })).not.toThrow();
  });
});

describe("a kernel that is gone", () => {
  it("is noticed when its server refuses twice in a row", async () => {
    let alive = true;
    const { reach, clock, said } = setUp(local, () => (alive ? proof("p") : new Error()));
    await reach.probe({ port: 1, nonce: "n", proof: "p" });
    reach.watch(() => true);
    await clock.pass(15_000);
    expect(said).not.toContain("gone");
    alive = false;
    await clock.pass(15_000);
    expect(said.at(-1)).toBe("gone");
    alive = true;
    await clock.pass(15_000);
    expect(said.at(-1)).toBe("fine");
  });

  it("does not come back as another kernel on the same port", async () => {
    let answer: () => Answer = () => proof("p");
    const { reach, clock, said } = setUp(local, () => answer());
    await reach.probe({ port: 1, nonce: "n", proof: "p" });
    reach.watch(() => true);
    answer = () => new Error();
    await clock.pass(25_000);
    expect(said.at(-1)).toBe("gone");
    answer = () => new Response("", { status: 404 });
    await clock.pass(25_000);
    expect(said.at(-1)).toBe("gone");
    answer = () => proof("p");
    await clock.pass(15_000);
    expect(said.at(-1)).toBe("fine");
  });

  it("is noticed within two seconds when it is looked for at once", async () => {
    let alive = true;
    const { reach, clock, said } = setUp(local, () => (alive ? proof("p") : new Error()));
    await reach.probe({ port: 1, nonce: "n", proof: "p" });
    alive = false;
    reach.watch(() => true, 0);
    await clock.pass(2000);
    expect(said.at(-1)).toBe("gone");
  });

  it("is noticed within three seconds although the old kernel still answers the first look", async () => {
    let alive = true;
    const { reach, clock, said } = setUp(local, () => (alive ? proof("p") : new Error()));
    await reach.probe({ port: 1, nonce: "n", proof: "p" });
    reach.watch(() => true, 0);
    await clock.pass(500);
    alive = false;
    await clock.pass(2500);
    expect(said).toContain("gone");
  });

  it("is looked for every ten seconds in the end", async () => {
    const { reach, clock, asked } = setUp(local, () => proof("p"));
    await reach.probe({ port: 1, nonce: "n", proof: "p" });
    reach.watch(() => true, 0);
    await clock.pass(60_000);
    const before = asked.length;
    await clock.pass(60_000);
    expect(asked.length - before).toBe(6);
  });

  it("is not looked for once nothing is waited for", async () => {
    let waiting = true;
    const { reach, clock, asked } = setUp(local, () => proof("p"));
    await reach.probe({ port: 1, nonce: "n", proof: "p" });
    reach.watch(() => waiting);
    await clock.pass(10_000);
    waiting = false;
    await clock.pass(60_000);
    expect(asked.filter((each) => each.startsWith("GET")).length).toBe(2);
  });
});

it("gives each message an id of its own, of at most 64 characters", () => {
  const { reach, sent } = setUp({});
  for (let n = 0; n < 100; n++) reach.send({ kind: "cancel", flow: "f" });
  expect(new Set(sent.map(({ id }) => id)).size).toBe(100);
  expect(Math.max(...sent.map(({ id }) => id.length))).toBeLessThanOrEqual(64);
});

describe("what a kernel's log must not show", () => {
  const typed = {
    kind: "handoff",
    flow: "f",
    integration: "x",
    auth_option: null,
    name: "ü",
    parameters: { key: "planted" },
    connection: null,
    several: false,
  } as const;

  it("waits for a pad and goes added to it, once", () => {
    const { reach, sent } = setUp({});
    reach.send(typed);
    expect(sent).toMatchObject([{ kind: "pad" }]);
    const { name, length } = sent[0] as unknown as { name: string; length: number };
    const pad = Uint8Array.from({ length }, (_, index) => (index * 7 + 13) % 256);
    const data = btoa(String.fromCharCode(...pad));
    reach.seal(name, data);
    reach.seal(name, data);
    expect(sent).toMatchObject([{ kind: "pad" }, { kind: "sealed", name }]);
    const sealed = Uint8Array.from(atob((sent[1] as unknown as { data: string }).data), (c) =>
      c.charCodeAt(0),
    );
    const opened = new TextDecoder().decode(sealed.map((byte, index) => byte ^ (pad[index] ?? 0)));
    expect(JSON.parse(opened)).toEqual({ ...typed, id: name });
    expect(JSON.stringify(sent)).not.toContain("planted");
  });

  it.each(["", "AAEC"])("is not sent with a pad of the wrong length: %j", (data) => {
    const { reach, sent } = setUp({});
    reach.send({ kind: "pasted", flow: "f", text: "planted" });
    reach.seal((sent[0] as unknown as { name: string }).name, data);
    reach.seal("another page's", data);
    expect(sent.length).toBe(1);
  });
});

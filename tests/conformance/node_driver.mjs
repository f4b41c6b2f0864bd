// Calls the engine's published clients: one JSON request a line in, one JSON answer a line out.
//   {"sdk": "membrane", "options": {...}, "calls": [["integration", "github"], ["get"]]}
//   {"sdk": "membrane", "options": {...}, "together": [[...], [...]]}   several such chains at once, one client
import { createInterface } from "node:readline";
import { IntegrationAppClient } from "@integration-app/sdk";
import { MembraneClient } from "@membranehq/sdk";

const CLIENTS = { "integration-app": IntegrationAppClient, membrane: MembraneClient };

function describe(error) {
  const data = error?.data ?? null;
  return { class: error?.constructor?.name ?? typeof error, message: error?.message ?? String(error), data };
}

async function chain(client, calls) {
  let value = client;
  for (const [name, ...args] of calls) {
    value = typeof value[name] === "function" ? await value[name](...args) : value[name];
  }
  return value ?? null;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { sdk, options, calls, together } = JSON.parse(line);
  let answer;
  try {
    const client = new CLIENTS[sdk](options);
    const value = together
      ? await Promise.all(together.map((each) => chain(client, each)))
      : await chain(client, calls);
    answer = { value };
  } catch (error) {
    answer = { error: describe(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

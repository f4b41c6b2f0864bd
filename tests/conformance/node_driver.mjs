// Calls the engine's published clients: one JSON request a line in, one JSON answer a line out.
//   {"sdk": "membrane", "options": {...}, "calls": [["integration", "github"], ["get"]]}
import { createInterface } from "node:readline";
import { IntegrationAppClient } from "@integration-app/sdk";
import { MembraneClient } from "@membranehq/sdk";

const CLIENTS = { "integration-app": IntegrationAppClient, membrane: MembraneClient };

function describe(error) {
  const data = error?.data ?? null;
  return { class: error?.constructor?.name ?? typeof error, message: error?.message ?? String(error), data };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { sdk, options, calls } = JSON.parse(line);
  let answer;
  try {
    let value = new CLIENTS[sdk](options);
    for (const [name, ...args] of calls) {
      value = typeof value[name] === "function" ? await value[name](...args) : value[name];
    }
    answer = { value: value ?? null };
  } catch (error) {
    answer = { error: describe(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

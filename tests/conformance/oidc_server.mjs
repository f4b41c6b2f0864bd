// oidc-provider, a certified authorization server, with its own development login and consent pages.
// Prints its address, then reads one line of JSON: {"redirectUri", "coop", "late"}: seconds that its clock is ahead when a code arrives.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const now = Date.now;
const server = createServer((request, response) => handle(request, response));
let handle = (_, response) => response.writeHead(503).end();

server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});

for await (const line of createInterface({ input: process.stdin })) {
  const { redirectUri, coop, late } = JSON.parse(line);
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [
      {
        client_id: "engine",
        client_secret: "engine-secret",
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    features: { revocation: { enabled: true } },
  });
  provider.use(async (context, next) => {
    if (coop) {
      context.set("Cross-Origin-Opener-Policy", coop);
    }
    Date.now = context.path === "/token" ? () => now() + late * 1000 : now;
    await next();
  });
  handle = provider.callback();
  console.log("ready");
}
server.close();
server.closeAllConnections();

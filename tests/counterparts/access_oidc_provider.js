// An identity provider on oidc-provider. Usage: PORT OPTIONS [CERT KEY]; prints READY. The sign-in page takes any account
// whose password is `canary-ACCOUNT`; what it knows of people stands below. OPTIONS: `thin` = names and groups only in the
// user information, as some providers do; `basic` = the secret of a client only as basic authentication. OIDC_REDIRECT in the environment: a further address the browser may be sent back to.
const { readFileSync } = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const { generateKeyPairSync } = require("node:crypto");
const [port, options, cert, key] = [Number(process.argv[2]), process.argv[3], process.argv[4], process.argv[5]];
const issuer = `${cert ? "https" : "http"}://localhost:${port}`;
const people = {
  "subject-ana": { preferred_username: "Ana", name: "Ana Sílva", groups: ["hmi-operators", "staff"] },
  "subject-cleo": { preferred_username: "cleo", name: "Cleo", groups: ["staff"] },
  "subject-mail": { preferred_username: "ana@plant.example", name: "Ana", groups: ["hmi-operators"] },
};
const signing = { ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }), use: "sig", kid: `key-${process.pid}` };
const redirects = ["http://127.0.0.1:1/signed-in", ...(process.env.OIDC_REDIRECT ? [process.env.OIDC_REDIRECT] : [])];
const secretMethod = options.includes("basic") ? "client_secret_basic" : "client_secret_post";
const client = (client_id, more) => ({ client_id, redirect_uris: redirects, response_types: ["code"], grant_types: ["authorization_code"], ...more });
(async () => {
  const { Provider } = await import("oidc-provider");
  const provider = new Provider(issuer, {
    clients: [
      client("plant-hmi", { client_secret: "canary+secret/with:signs%", token_endpoint_auth_method: secretMethod }),
      client("plant-hmi-public", { token_endpoint_auth_method: "none" }),
    ],
    clientAuthMethods: [secretMethod, "none"],
    claims: { openid: ["sub"], profile: ["preferred_username", "name"], groups: ["groups"] },
    scopes: ["openid", "profile", "groups"],
    conformIdTokenClaims: options.includes("thin"),
    jwks: { keys: [signing] },
    cookies: { keys: ["test"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, sub) => people[sub] && { accountId: sub, claims: async () => ({ sub, ...people[sub] }) },
    interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid profile groups");
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  const answer = async (request, response) => {
    if (!request.url.startsWith("/sign-in/")) return handle(request, response);
    let body = "";
    for await (const piece of request) body += piece;
    const form = new URLSearchParams(body);
    const account = form.get("account") ?? "";
    if (request.method !== "POST" || form.get("password") !== `canary-${account}` || !people[`subject-${account}`]) {
      response.writeHead(401, { "Content-Type": "text/plain" });
      return response.end("name or password are wrong");
    }
    return provider.interactionFinished(request, response, { login: { accountId: `subject-${account}` } });
  };
  const server = cert ? https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, answer) : http.createServer(answer);
  server.listen(port, "127.0.0.1", () => console.log("READY"));
})();

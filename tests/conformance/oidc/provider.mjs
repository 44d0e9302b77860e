// A provider with four people. Whoever sends `login_hint` is signed in as that person without being asked.
// Prints its address when it listens. Keys at /other-keys have the right names and did not sign anything here.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const people = JSON.parse(process.argv[2]); // {subject: {email, email_verified}}
const redirect = process.argv[3];
const key = (side) => {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...pair[side].export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" };
};
const otherKeys = JSON.stringify({ keys: [key("publicKey")] });

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(address, {
    clients: [{
      client_id: "banyan",
      client_secret: "only-for-tests",
      redirect_uris: [redirect],
      token_endpoint_auth_method: "client_secret_basic",
    }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    jwks: { keys: [key("privateKey")] },
    cookies: { keys: ["only-for-tests"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async (ctx) => {
      const grant = new provider.Grant({ clientId: "banyan", accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", async (request, response) => {
    if (request.url === "/other-keys") {
      response.setHeader("Content-Type", "application/json");
      response.end(otherKeys);
    } else if (request.url.startsWith("/interaction/")) {
      const { params } = await provider.interactionDetails(request, response);
      await provider.interactionFinished(request, response, { login: { accountId: params.login_hint } });
    } else {
      answer(request, response);
    }
  });
  console.log(address);
});

// The certified openid-client as one process that signs in to a provider of a test.
//
// Its arguments are a scenario's name and, in JSON, what it needs: `issuer`, and `secret`, or `key` (PKCS #8 in base64url) and
// `kid`, of clients that authenticate. It prints JSON lines: {"visit": url} when a person should go there, whose redirect it
// then reads as a line of standard input; {"device": {...}} when a person should enter a code, after which it wants a line too;
// at the end {"done": {...}} or {"failed": {...}}. It ends by itself, or when its standard input closes.

import { createInterface } from 'node:readline';
import * as client from 'openid-client';

const [, , scenario, given] = process.argv;
const options = JSON.parse(given);
const issuer = new URL(options.issuer);
const redirect_uri = 'com.example.app:/callback';
const scope = 'openid profile email offline_access';
const further = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();
input.on('close', () => process.exit(0));

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Discovers the provider, as a client that authenticates in this manner. */
const discover = (id = 'demo', authentication = client.None()) => client.discovery(issuer, id, undefined, authentication, further);

/** A whole sign-in through the browser. */
async function signIn(config, { pushed = false, DPoP, parameters = {} } = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const request = {
    redirect_uri,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...parameters,
  };
  const url = pushed
    ? await client.buildAuthorizationUrlWithPAR(config, request, { DPoP })
    : client.buildAuthorizationUrl(config, request);
  say({ visit: url.href });
  const { value: redirect } = await lines.next();
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return client.authorizationCodeGrant(config, new URL(redirect), checks, undefined, { DPoP });
}

/** The name of the error by which something that must fail fails. */
async function refusal(attempt) {
  try {
    await attempt;
  } catch (error) {
    return error.error ?? error.code ?? error.name;
  }
  return 'nothing';
}

const scenarios = {
  /** Sign-in, UserInfo, refresh with rotation, and the end of it all. */
  async code() {
    const config = await discover();
    const tokens = await signIn(config);
    const claims = tokens.claims();
    const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
    await client.tokenRevocation(config, renewed.refresh_token, { token_type_hint: 'refresh_token' });
    const revoked = await refusal(client.refreshTokenGrant(config, renewed.refresh_token));
    const logout = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token });
    return { sub: claims.sub, email: person.email, rotated: renewed.refresh_token !== tokens.refresh_token, revoked, logout: logout.href };
  },

  /** A refresh token that comes a second time. */
  async reuse() {
    const config = await discover();
    const tokens = await signIn(config);
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
    const old = await refusal(client.refreshTokenGrant(config, tokens.refresh_token));
    const family = await refusal(client.refreshTokenGrant(config, renewed.refresh_token));
    return { old, family };
  },

  /** Pushed request, code, UserInfo and refresh, each with a proof and the server's nonce. */
  async bound() {
    const config = await discover();
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
    const tokens = await signIn(config, { pushed: true, DPoP });
    const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
    const without = await refusal(client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
    return { sub: person.sub, without, types: [tokens.token_type, renewed.token_type] };
  },

  async device() {
    const config = await discover();
    const asked = await client.initiateDeviceAuthorization(config, { scope });
    say({ device: { user_code: asked.user_code } });
    await lines.next();
    const tokens = await client.pollDeviceAuthorizationGrant(config, asked);
    return { sub: tokens.claims().sub };
  },

  /** A client that the provider registers when it is asked. */
  async registered() {
    const metadata = {
      redirect_uris: [redirect_uri],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    };
    const config = await client.dynamicClientRegistration(issuer, metadata, client.None(), further);
    const tokens = await signIn(config);
    return { sub: tokens.claims().sub, client: config.clientMetadata().client_id };
  },

  /** Clients that authenticate: by a secret in the form and in the header, and by a signature. */
  async authenticated() {
    const pkcs8 = Buffer.from(options.key, 'base64url');
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    const ways = [
      ['with-secret', client.ClientSecretPost(options.secret)],
      ['with-secret', client.ClientSecretBasic(options.secret)],
      ['with-key', client.PrivateKeyJwt({ key, kid: options.kid })],
    ];
    const subjects = [];
    for (const [id, authentication] of ways) {
      const tokens = await signIn(await discover(id, authentication));
      subjects.push(tokens.claims().sub);
    }
    return { subjects };
  },
};

try {
  say({ done: await scenarios[scenario]() });
} catch (error) {
  say({ failed: { name: error.name, message: error.message, code: error.code, error: error.error, cause: String(error.cause) } });
}
process.exit(0);

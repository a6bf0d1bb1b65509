// oauth4webapi as one process that signs in to a provider of a test.
//
// Its arguments are a scenario's name and, in JSON, what it needs: `issuer`, and `id_token_signed_response_alg` and `client_id` where they
// are others than usual. The lines that it prints and reads are those of ../openid-client/client.mjs.

import { createInterface } from 'node:readline';
import * as oauth from 'oauth4webapi';

const [, , scenario, given] = process.argv;
const options = JSON.parse(given);
const issuer = new URL(options.issuer);
const redirect_uri = 'com.example.app:/callback';
const scope = 'openid profile email offline_access';
const client = { client_id: options.client_id ?? 'demo', id_token_signed_response_alg: options.id_token_signed_response_alg };
const authentication = oauth.None();
const insecure = { [oauth.allowInsecureRequests]: true };

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();
input.on('close', () => process.exit(0));

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const discover = async () => oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));

/** Asks, and once more with the server's nonce if it wants one (RFC 9449 section 8). */
async function withNonce(ask, process) {
  try {
    return await process(await ask());
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return process(await ask());
  }
}

/** A whole sign-in through the browser, with each check that the library has. */
async function signIn(as, { pushed = false, DPoP } = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const request = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri,
    response_type: 'code',
    scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const url = new URL(as.authorization_endpoint);
  if (pushed) {
    const kept = await withNonce(
      () => oauth.pushedAuthorizationRequest(as, client, authentication, request, { ...insecure, DPoP }),
      (response) => oauth.processPushedAuthorizationResponse(as, client, response),
    );
    url.searchParams.set('client_id', client.client_id);
    url.searchParams.set('request_uri', kept.request_uri);
  } else {
    url.search = request.toString();
  }
  say({ visit: url.href });
  const { value: redirect } = await lines.next();
  const parameters = oauth.validateAuthResponse(as, client, new URL(redirect), state);
  let answer;
  const tokens = await withNonce(
    async () => {
      answer = await oauth.authorizationCodeGrantRequest(as, client, authentication, parameters, redirect_uri, verifier, { ...insecure, DPoP });
      return answer;
    },
    (response) => oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce, requireIdToken: true }),
  );
  await oauth.validateApplicationLevelSignature(as, answer, insecure);
  return tokens;
}

const subjectOf = (tokens) => oauth.getValidatedIdTokenClaims(tokens).sub;

async function person(as, tokens, DPoP) {
  return withNonce(
    () => oauth.userInfoRequest(as, client, tokens.access_token, { ...insecure, DPoP }),
    (response) => oauth.processUserInfoResponse(as, client, subjectOf(tokens), response),
  );
}

async function refresh(as, refresh_token, DPoP) {
  return withNonce(
    () => oauth.refreshTokenGrantRequest(as, client, authentication, refresh_token, { ...insecure, DPoP }),
    (response) => oauth.processRefreshTokenResponse(as, client, response),
  );
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
  /** Sign-in, UserInfo, refresh with rotation, a token that is used twice, revocation and logout. */
  async code() {
    const as = await discover();
    const tokens = await signIn(as);
    const { email } = await person(as, tokens);
    const renewed = await refresh(as, tokens.refresh_token);
    const rotated = renewed.refresh_token !== tokens.refresh_token;
    const again = await signIn(as);
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, authentication, again.refresh_token, { ...insecure, additionalParameters: { token_type_hint: 'refresh_token' } }),
    );
    const revoked = await refusal(refresh(as, again.refresh_token));
    const reused = await refusal(refresh(as, tokens.refresh_token));
    const family = await refusal(refresh(as, renewed.refresh_token));
    const logout = new URL(as.end_session_endpoint);
    logout.searchParams.set('id_token_hint', again.id_token);
    const { alg } = JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url'));
    return { sub: subjectOf(tokens), alg, email, rotated, revoked, reused, family, logout: logout.href };
  },

  /** Pushed request, code, UserInfo and refresh, each with a proof and the server's nonce. */
  async bound() {
    const as = await discover();
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'));
    const tokens = await signIn(as, { pushed: true, DPoP });
    const { sub } = await person(as, tokens, DPoP);
    const without = await refusal(person(as, tokens));
    const renewed = await refresh(as, tokens.refresh_token, DPoP);
    return { sub, without, types: [tokens.token_type, renewed.token_type] };
  },

  async device() {
    const as = await discover();
    const asked = await oauth.processDeviceAuthorizationResponse(
      as,
      client,
      await oauth.deviceAuthorizationRequest(as, client, authentication, new URLSearchParams({ scope }), insecure),
    );
    const poll = async () =>
      oauth.processDeviceCodeResponse(as, client, await oauth.deviceCodeGrantRequest(as, client, authentication, asked.device_code, insecure));
    const early = await refusal(poll());
    say({ device: { user_code: asked.user_code } });
    await lines.next();
    // RFC 8628 section 3.5: not sooner than the interval.
    await new Promise((resolve) => setTimeout(resolve, (asked.interval ?? 5) * 1000));
    return { sub: subjectOf(await poll()), early };
  },

  /** A sign-in in which the provider goes wrong. */
  async refused() {
    return { refusal: await refusal(signIn(await discover())) };
  },
};

try {
  say({ done: await scenarios[scenario]() });
} catch (error) {
  say({ failed: { name: error.name, message: error.message, code: error.code, error: error.error, cause: String(error.cause) } });
}
process.exit(0);

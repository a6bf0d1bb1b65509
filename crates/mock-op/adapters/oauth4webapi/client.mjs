// oauth4webapi as a client that `mock-op grade` can grade, as its examples have it, with every check that it offers: also the signature of
// an ID Token that came straight from the token endpoint, which it leaves out unless asked.
//
//   mock-op grade --tls --acts refresh,profile,sign-out -- \
//     env NODE_EXTRA_CA_CERTS={ca_file} node client.mjs {act} {issuer} {client_id} {dir}
//
// Without --tls the provider is plain http, which it has to be allowed everywhere: so what it makes of http endpoints does not count then.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import * as oauth from 'oauth4webapi';

const [, , act, issuer, client_id, dir] = process.argv;
const redirect_uri = 'com.example.oauth4webapi:/callback';
const file = join(dir, 'session.json');
const client = { client_id };
const authentication = oauth.None();
const insecure = { [oauth.allowInsecureRequests]: issuer.startsWith('http:') };

const identifier = new URL(issuer);
const as = await oauth.processDiscoveryResponse(identifier, await oauth.discoveryRequest(identifier, insecure));

const kept = async () => JSON.parse(await readFile(file, 'utf8'));
const keep = (session) => writeFile(file, JSON.stringify(session));

/** One line of standard input, which does not keep the program from ending. */
async function line() {
  const lines = createInterface({ input: process.stdin });
  for await (const first of lines) {
    lines.close();
    process.stdin.unref();
    return first;
  }
  throw new Error('there is no redirect');
}

const acts = {
  async 'sign-in'() {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const nonce = oauth.generateRandomNonce();
    const url = new URL(as.authorization_endpoint);
    const request = {
      client_id,
      redirect_uri,
      response_type: 'code',
      scope: 'openid profile email offline_access',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    };
    for (const [name, value] of Object.entries(request)) url.searchParams.set(name, value);
    console.log(url.href);

    const parameters = oauth.validateAuthResponse(as, client, new URL(await line()), state);
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authentication,
      parameters,
      redirect_uri,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(as, response, insecure);
    const { access_token, refresh_token, id_token } = tokens;
    await keep({ access_token, refresh_token, id_token, sub: oauth.getValidatedIdTokenClaims(tokens).sub });
  },

  async refresh() {
    const session = await kept();
    const response = await oauth.refreshTokenGrantRequest(as, client, authentication, session.refresh_token, insecure);
    const tokens = await oauth.processRefreshTokenResponse(as, client, response);
    if (tokens.id_token) await oauth.validateApplicationLevelSignature(as, response, insecure);
    const { access_token, refresh_token = session.refresh_token, id_token = session.id_token } = tokens;
    await keep({ ...session, access_token, refresh_token, id_token });
  },

  async profile() {
    const session = await kept();
    const response = await oauth.userInfoRequest(as, client, session.access_token, insecure);
    const claims = await oauth.processUserInfoResponse(as, client, session.sub, response);
    if (response.headers.get('content-type')?.startsWith('application/jwt')) {
      await oauth.validateApplicationLevelSignature(as, response, insecure);
    }
    console.log(JSON.stringify(claims));
  },

  async 'sign-out'() {
    const session = await kept();
    await rm(file);
    if (as.end_session_endpoint) {
      const url = new URL(as.end_session_endpoint);
      const request = {
        client_id,
        id_token_hint: session.id_token,
        post_logout_redirect_uri: redirect_uri,
        state: oauth.generateRandomState(),
      };
      for (const [name, value] of Object.entries(request)) url.searchParams.set(name, value);
      console.log(url.href);
    }
    if (as.revocation_endpoint) {
      const token = session.refresh_token ?? session.access_token;
      await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, token, insecure));
    }
  },
};

await acts[act]();

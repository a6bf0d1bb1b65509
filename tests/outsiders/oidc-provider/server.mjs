// The certified oidc-provider as one process, for tests to sign in to.
//
// It prints one JSON line with its origin when it can be asked, says everything else on standard error, and ends when its
// standard input closes, so that it never outlives the test that started it. Its one argument, in JSON, may have:
//   clients      further native clients: what of their registration is not the usual (OIDC Registration section 2)
//   dpopNonces   true: every DPoP proof needs a nonce of this server (RFC 9449 section 8)
//   pushedOnly   true: every authorization request has to be pushed (RFC 9126 section 5)
//   documents    client id metadata documents by their address: nothing is fetched from anywhere else
//   idTokenClaims true: the ID Token has the profile too, not UserInfo alone
//
// Beside the provider's own endpoints stand two of this file's: GET /control/seen tells every request and what the provider
// made of it, POST /control/rotate signs with new keys from then on and publishes those only.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider, errors } from 'oidc-provider';
import { Store } from './store.mjs';

const options = JSON.parse(process.argv[2] ?? '{}');

// Standard output is for the one line.
console.log = console.error;
console.info = console.error;

process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();

/** What was asked and answered, in the order of the answers. */
const seen = [];

const PEOPLE = {
  ada: {
    name: 'Ada Lovelace',
    given_name: 'Ada',
    family_name: 'Lovelace',
    preferred_username: 'ada',
    email: 'ada@example.com',
    email_verified: true,
  },
};

const API = 'https://api.example.com/';

/** One key of each kind that it signs with; their ids say which generation they are of. */
function keys(generation) {
  const jwk = (kid, alg, pair) => ({ ...pair.privateKey.export({ format: 'jwk' }), use: 'sig', alg, kid: `${kid}-${generation}` });
  return [
    jwk('rs', 'RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })),
    jwk('ps', 'PS256', generateKeyPairSync('rsa', { modulusLength: 2048 })),
    jwk('es', 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
    jwk('ed', 'EdDSA', generateKeyPairSync('ed25519')),
  ];
}

/** A native program's client, as RFC 8252 section 8.4 has it: public, with its redirect URIs registered whole. */
function native(client_id, more = {}) {
  return {
    client_id,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
    redirect_uris: ['com.example.app:/callback/op', 'http://127.0.0.1/callback/op'],
    post_logout_redirect_uris: ['com.example.app:/signed-out/op', 'http://127.0.0.1/signed-out/op'],
    ...more,
  };
}

const CLIENTS = [
  native('native'),
  native('elsewhere', { redirect_uris: ['com.example.other:/callback/op'] }),
  native('bound', { dpop_bound_access_tokens: true }),
  native('signed-userinfo', { userinfo_signed_response_alg: 'RS256' }),
  native('secret-post', { token_endpoint_auth_method: 'client_secret_post', client_secret: 'a secret, + with / odd = signs' }),
  native('secret-basic', { token_endpoint_auth_method: 'client_secret_basic', client_secret: 'a secret, + with / odd = signs' }),
  ...['PS256', 'ES256', 'EdDSA'].map((alg) => native(alg, { id_token_signed_response_alg: alg })),
];

function configuration(generation) {
  return {
    adapter: Store,
    claims: {
      acr: null,
      auth_time: null,
      sid: null,
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    clients: [...CLIENTS, ...(options.clients ?? []).map(({ client_id, ...more }) => native(client_id, more))],
    conformIdTokenClaims: !options.idTokenClaims,
    cookies: { keys: [cookieKey] },
    jwks: { keys: keys(generation) },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    scopes: ['openid', 'offline_access'],
    findAccount: (_ctx, id) =>
      PEOPLE[id] && { accountId: id, claims: async () => ({ sub: id, ...PEOPLE[id] }) },
    fetch: async (url) => {
      const document = options.documents?.[String(url)];
      if (document === undefined) throw new Error(`nothing is fetched from ${url}`);
      return new Response(JSON.stringify(document), { headers: { 'content-type': 'application/json' } });
    },
    features: {
      claimsParameter: { enabled: true },
      clientIdMetadataDocument: { enabled: options.documents !== undefined, ack: 'draft-02' },
      deviceFlow: { enabled: true },
      dPoP: { enabled: true, nonceSecret, requireNonce: () => options.dpopNonces === true },
      jwtUserinfo: { enabled: true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: options.pushedOnly === true },
      registration: { enabled: true },
      registrationManagement: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => {
          if (resource !== API) throw new errors.InvalidTarget();
          return { scope: 'read', audience: API, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } };
        },
      },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      userinfo: { enabled: true },
    },
  };
}

const cookieKey = randomBytes(32).toString('base64url');
const nonceSecret = randomBytes(32);

/** Everything that tests may want to know of a request. */
async function record(ctx, next) {
  let thrown;
  try {
    await next();
  } catch (error) {
    thrown = error;
  }
  const params = { ...ctx.query, ...ctx.oidc?.body };
  const known = ctx.oidc?.params ?? {};
  const location = ctx.response.get('location');
  const sent = location && URL.canParse(location) ? new URL(location).searchParams : undefined;
  seen.push({
    method: ctx.method,
    path: ctx.path,
    route: ctx.oidc?.route,
    params,
    // What the provider does not know, and passed over.
    unknown: ctx.oidc?.params ? Object.keys(params).filter((name) => !(name in known)) : [],
    authorization: ctx.get('authorization').split(' ')[0] || undefined,
    dpop: ctx.get('dpop') !== '',
    status: ctx.status,
    error: ctx.body?.error ?? sent?.get('error') ?? thrown?.error ?? failures.get(ctx),
    answer: typeof ctx.body === 'object' && !Buffer.isBuffer(ctx.body) ? ctx.body : undefined,
  });
  if (thrown) throw thrown;
}

/** Why a request failed whose answer is a page. */
const failures = new WeakMap();

function start(origin, generation) {
  const provider = new Provider(origin, configuration(generation));
  for (const event of ['authorization.error', 'grant.error', 'end_session.error', 'end_session_confirm.error', 'server_error']) {
    provider.on(event, (ctx, error) => {
      failures.set(ctx, error.error ?? 'server_error');
      console.error(`${event}: ${error.error ?? error.stack}: ${error.error_description ?? ''} ${error.error_detail ?? ''}`);
    });
  }
  provider.use(record);
  return provider.callback();
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  let generation = 1;
  let answer = start(origin, generation);
  server.on('request', (request, response) => {
    if (request.method === 'GET' && request.url === '/control/seen') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(seen));
    } else if (request.method === 'POST' && request.url === '/control/rotate') {
      generation += 1;
      answer = start(origin, generation);
      response.end();
    } else {
      answer(request, response);
    }
  });
  process.stdout.write(`${JSON.stringify({ origin })}\n`);
});

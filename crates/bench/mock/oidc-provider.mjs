// oidc-provider as one process with fresh keys, in which Ada is signed in and allows all without a page. Its argument is the algorithm. It
// prints one JSON line with its issuer when it can be asked, and ends when its standard input closes.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

// Standard output is for the one line.
console.log = console.error;
console.info = console.error;
console.warn = () => {};

process.stdin.on('end', () => process.exit(0));
process.stdin.resume();

const alg = process.argv[2];
const pair = alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = { ...pair.privateKey.export({ format: 'jwk' }), use: 'sig', alg, kid: 'bench' };

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'demo',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        id_token_signed_response_alg: alg,
        redirect_uris: ['com.example.app:/callback'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email'] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, email: 'ada@example.com' }) }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    jwks: { keys: [key] },
    loadExistingGrant: async (ctx) => {
      const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    scopes: ['openid', 'email'],
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url.startsWith('/interaction/')) {
      provider.interactionFinished(request, response, { login: { accountId: 'ada' }, consent: {} }, { mergeWithLastSubmission: false });
    } else {
      answer(request, response);
    }
  });
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});

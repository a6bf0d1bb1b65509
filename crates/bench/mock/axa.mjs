// axa's oauth2-mock-server as one process with fresh keys. Its argument is the algorithm. It prints one JSON line with its issuer when it can be
// asked, and ends when its standard input closes.

import { OAuth2Server } from 'oauth2-mock-server';

process.stdin.on('end', () => process.exit(0));
process.stdin.resume();

const server = new OAuth2Server();
await server.issuer.keys.generate(process.argv[2]);
await server.start(0, '127.0.0.1');
server.issuer.url = `http://127.0.0.1:${server.address().port}`;
process.stdout.write(`${JSON.stringify({ issuer: server.issuer.url })}\n`);

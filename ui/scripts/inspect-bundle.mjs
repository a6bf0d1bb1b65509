// Looks at what was built: how large it is, and that it keeps the content security policy
// (default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' blob:) and holds no fixtures.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const most = 60_000;
/** The words of another language than English are loaded when they are wanted, and are no part of the start. */
const mostOfLanguage = 12_000;
const isLanguage = (name) => /^assets\/(?:errors|window)-/u.test(name);
const dist = new URL('../dist/', import.meta.url).pathname;
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ name: path.slice(dist.length), bytes: readFileSync(path) }));

const faults = [];
let total = 0;
for (const { name, bytes } of files) {
  const packed = gzipSync(bytes, { level: 9 }).length;
  if (!isLanguage(name)) total += packed;
  else if (packed > mostOfLanguage) faults.push(`${name} is ${packed - mostOfLanguage} B too large`);
  console.log(`${String(packed).padStart(7)} B gzipped  ${name}`);

  const text = bytes.toString('utf8');
  if (name.endsWith('.html')) {
    if (/<script(?![^>]*\ssrc=)/iu.test(text)) faults.push(`${name} has an inline script`);
    if (/<style|\sstyle=|\son\w+=/iu.test(text)) faults.push(`${name} has an inline style or handler`);
  }
  if (/url\(["']?data:/iu.test(text)) faults.push(`${name} has a data: URL`);
  if (/\beval\(|new Function\(/u.test(text)) faults.push(`${name} evaluates text as code`);
  if (/fixture/iu.test(text) || /fixture/iu.test(name)) faults.push(`${name} holds fixtures`);
}
console.log(`${String(total).padStart(7)} B gzipped  at the start, of at most ${most}`);
if (total > most) faults.push(`the bundle is ${total - most} B too large`);

for (const fault of faults) console.error(`error: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;

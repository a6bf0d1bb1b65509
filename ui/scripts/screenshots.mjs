// Takes a picture of every screen of the window, light and dark, or holds the screens against the pictures that are kept.
//   npm run screenshots -- FOLDER            takes them anew
//   npm run screenshots -- FOLDER --check    compares; what differs is left in dist-screens/
// It needs Chromium; CHROMIUM names it where it is not /usr/bin/chromium.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { chromium } from 'playwright-core';
import { PNG } from 'pngjs';
import { createServer } from 'vite';

// One state of each screen, and those that say most.
const states = [
  'sign-in',
  'sign-in-adding',
  'waiting',
  'waiting-code',
  'completing',
  'account',
  'account-ended',
  'failed-denied',
  'not-configured',
  'signed-out',
  'doctor',
  'story',
  'story-stopped',
  'settings',
];
/** How much of a picture may differ: the edges of letters, where they are drawn a little otherwise. */
const tolerance = 0.005;
/** How much a colour may differ, of 1: less than an eye sees side by side. */
const threshold = 0.02;
/** When it is in the pictures: what they say of times is always the same. */
const now = '2026-11-22T10:00:00Z';

const [folder, mode] = process.argv.slice(2);
if (!folder || (mode !== undefined && mode !== '--check')) {
  console.error('usage: npm run screenshots -- FOLDER [--check]');
  process.exit(2);
}

const server = await createServer({ server: { port: 0, open: false }, logLevel: 'error' });
await server.listen();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--font-render-hinting=none', '--disable-lcd-text'],
});
const context = await browser.newContext({
  viewport: { width: 920, height: 640 },
  timezoneId: 'UTC',
  locale: 'en-GB',
  reducedMotion: 'reduce',
});
const page = await context.newPage();
await page.clock.setFixedTime(now);

const differing = [];
/** A picture that is kept, or nothing. */
function kept(path) {
  try {
    return PNG.sync.read(readFileSync(path));
  } catch {
    return null;
  }
}

/** Which part of two pictures differs: all of it if they have not the same size. */
function difference(one, other) {
  if (one.width !== other.width || one.height !== other.height) return 1;
  return pixelmatch(one.data, other.data, null, one.width, one.height, { threshold }) / (one.width * one.height);
}

const names = new Set();
for (const state of states) {
  for (const theme of ['light', 'dark']) {
    const name = `${state}-${theme}.png`;
    names.add(name);
    await page.goto(`${server.resolvedUrls.local[0]}fixtures.html?state=${state}&theme=${theme}`);
    await page.waitForSelector(`html[data-shown="${state}"]`);
    const picture = await page.screenshot();
    if (mode !== '--check') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), picture);
      continue;
    }
    const before = kept(join(folder, name));
    const part = before ? difference(before, PNG.sync.read(picture)) : 1;
    if (part <= tolerance) continue;
    mkdirSync('dist-screens', { recursive: true });
    writeFileSync(join('dist-screens', name), picture);
    differing.push(`${name}: ${(part * 100).toFixed(1)} % differs`);
  }
}
await browser.close();
await server.close();

const strangers = mode === '--check' ? readdirSync(folder).filter((name) => !names.has(name)) : [];
for (const line of [...differing, ...strangers.map((name) => `${name}: no screen is like that any more`)]) console.error(line);
if (differing.length + strangers.length > 0) {
  console.error('Look at dist-screens/. If that is how it is to look: cargo xtask screenshots');
  process.exit(1);
}

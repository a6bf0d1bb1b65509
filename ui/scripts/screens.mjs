// Takes a picture of every state of the window, light and dark, at the usual and at the smallest size.
//   npm run screens -- [folder] [only these states]
// It needs Chromium; CHROMIUM names it where it is not /usr/bin/chromium.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';

const [folder = 'dist-screens', ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const server = await createServer({ server: { port: 0, open: false }, logLevel: 'error' });
await server.listen();
const base = server.resolvedUrls?.local[0];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
page.on('pageerror', (error) => console.error(`error: ${error.message}`));

await page.goto(`${base}fixtures.html`);
await page.waitForSelector('a');
const all = await page.$$eval('a', (links) => [
  ...new Set(links.map((link) => new URL(link.href).searchParams.get('state'))),
]);

for (const state of all.filter((name) => only.length === 0 || only.includes(name))) {
  for (const theme of ['light', 'dark']) {
    for (const [width, height] of [
      [920, 640],
      [420, 560],
    ]) {
      await page.setViewportSize({ width, height });
      await page.goto(`${base}fixtures.html?state=${state}&theme=${theme}`);
      await page.waitForSelector(`html[data-shown="${state}"]`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) console.error(`error: ${state} is ${overflow} px wider than a window of ${width} px`);
      const excess = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      if (excess > 0 && excess < 8) console.error(`error: ${state} scrolls by ${excess} px for nothing`);
      await page.screenshot({ path: `${folder}/${state}-${theme}-${width}.png` });
    }
  }
}

await browser.close();
await server.close();

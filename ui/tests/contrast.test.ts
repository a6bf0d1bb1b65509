import { describe, expect, it } from 'vitest';
import tokens from '../src/tokens.css?raw';

const css = tokens.replace(/\/\*.*?\*\//gsu, '');

/** The colours of the block that begins with `selector`. */
function colours(selector: string): Map<string, string> {
  const at = css.indexOf(`${selector} {`);
  if (at < 0) throw new Error(`tokens.css has no ${selector}`);
  const block = css.slice(at, css.indexOf('}', at));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/gu)].map(([, name = '', value = '']) => [name, value]),
  );
}

const light = colours(':root');
const darkBySystem = colours(":root:not([data-theme='light'])");
const darkBySetting = colours(":root[data-theme='dark']");
const themes = { light, dark: new Map([...light, ...darkBySystem]) };

/** WCAG 2.2, "relative luminance". */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['paper', 'card'];
const faces = Array.from({ length: 12 }, (_, number) => `face-${number}`);

/** What is written or drawn on what, and how much contrast it needs. */
const pairs: [fore: string, ground: string, least: number][] = [
  ...grounds.flatMap((ground): [string, string, number][] => [
    ['ink', ground, 7],
    ['ink-soft', ground, 4.5],
    ['brass', ground, 4.5],
    ['ok', ground, 4.5],
    ['warn', ground, 4.5],
    ['stop', ground, 4.5],
    ['edge', ground, 3],
  ]),
  ['on-brass', 'brass', 4.5],
  ['google-ink', 'google-fill', 4.5],
  ['google-stroke', 'google-fill', 3],
  ['google-stroke', 'card', 3],
  ...faces.map((face): [string, string, number] => ['on-face', face, 4.5]),
];

describe.each(Object.entries(themes))('in the %s theme', (_theme, theme) => {
  it.each(pairs)('%s on %s has a contrast of at least %d', (fore, ground, least) => {
    const one = theme.get(fore);
    const other = theme.get(ground);
    expect(one, `--${fore}`).toBeDefined();
    expect(other, `--${ground}`).toBeDefined();
    expect(contrast(one ?? '', other ?? '')).toBeGreaterThanOrEqual(least);
  });
});

describe('the token file', () => {
  it('has the same dark theme by system and by setting', () => {
    expect([...darkBySetting]).toEqual([...darkBySystem]);
  });

  it('is the only one with colours', () => {
    const others = import.meta.glob<string>(['../src/**/*.{css,svelte}', '!../src/tokens.css', '!../src/parts/GoogleMark.svelte'], {
      query: '?raw',
      import: 'default',
      eager: true,
    });
    for (const [path, text] of Object.entries(others)) {
      expect(text.match(/#[0-9a-f]{3,8}\b(?=\s*[;,)"'])/giu) ?? [], path).toEqual([]);
    }
  });

  it('is used up: no token is without a use', () => {
    const uses = import.meta.glob<string>('../src/**/*.{css,svelte}', { query: '?raw', import: 'default', eager: true });
    const all = Object.values(uses).join('\n');
    for (const name of light.keys()) expect(all, `--${name}`).toContain(`var(--${name})`);
  });

  it('gives the contrasts of known pairs', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});

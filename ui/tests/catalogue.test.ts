import { parse, type Entry } from '@fluent/syntax';
import { describe, expect, it } from 'vitest';
import errors from '../../crates/client/locales/en/errors.ftl?raw';
import table from '../../crates/oidc/errors.toml?raw';
import win from '../../crates/client/locales/en/window.ftl?raw';
import { kinds, states } from '../fixtures/states';
import { find, moment, sentence, timeLeft, words } from '../src/words';

function entries(catalogue: string): Entry[] {
  return parse(catalogue, { withSpans: false }).body;
}

function ids(catalogue: string): string[] {
  return entries(catalogue).flatMap((entry) => (entry.type === 'Message' ? [entry.id.name] : []));
}

const sources = import.meta.glob<string>('../src/**/*.{ts,svelte}', { query: '?raw', import: 'default', eager: true });
const code = Object.values(sources).join('\n');

/** Families of keys that are put together in the code, from values that cross the IPC. */
const families = {
  'step-': ['done', 'now', 'later'],
  'outcome-': ['under-way', 'remembered', 'needless', 'put-off', 'failed', 'abandoned'],
  'theme-': ['system', 'light', 'dark'],
  'way-': ['itself', 'itself-text', 'scheme', 'scheme-text', 'loopback', 'loopback-text'],
  'check-': ['passed', 'failed', 'skipped'],
  'story-why-': [
    'discovery',
    'keys',
    'door-opened',
    'authorization-request',
    'parked',
    'browser-opened',
    'redirect-received',
    'code-exchange',
    'id-token-verified',
    'user-info',
    'account-stored',
  ],
  'scope-': ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
};
const used = new Set([
  ...[...code.matchAll(/'([a-z]+(?:-[a-z]+)+|[a-z]+)(?:\.[a-z]+)?'/gu)].map(([, id = '']) => id),
  ...Object.entries(families).flatMap(([family, ends]) => ends.map((end) => `${family}${end}`)),
]);

/** The values of a field of errors.toml, as they cross the IPC: `IdTokenExpired` is `id-token-expired`. */
function listed(name: string): Set<string> {
  const kebab = (text: string) => text.replace(/(?<=[a-z0-9])(?=[A-Z])/gu, '-').toLowerCase();
  return new Set([...table.matchAll(new RegExp(`^${name} = "([^"]+)"$`, 'gmu'))].map(([, value = '']) => kebab(value)));
}

describe('the catalogue', () => {
  it('has nothing that Fluent cannot read', () => {
    for (const catalogue of [errors, win]) {
      expect(entries(catalogue).filter(({ type }) => type === 'Junk')).toEqual([]);
    }
  });

  it('has no key twice', () => {
    const all = [...ids(errors), ...ids(win)];
    expect(all.filter((id, at) => all.indexOf(id) !== at)).toEqual([]);
  });

  it('has every key that the code asks for by name', () => {
    const have = new Set([...ids(errors), ...ids(win)]);
    const asked = [...code.matchAll(/\bwords\(\s*'([^']+)'/gu)].map(([, id = '']) => id.split('.')[0] ?? '');
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.filter((id) => !have.has(id))).toEqual([]);
    const conditional = [...code.matchAll(/\bwords\([^'`)]*\?\s*'([^']+)'\s*:\s*(?:[^'`)]*\?\s*'([^']+)'\s*:\s*)?'([^']+)'/gu)]
      .flatMap(([, ...found]) => found)
      .filter((id) => id);
    expect(conditional.length).toBeGreaterThan(10);
    expect(conditional.filter((id) => !have.has(id))).toEqual([]);
    for (const [family, ends] of Object.entries(families)) {
      for (const end of ends) expect(have).toContain(`${family}${end}`);
    }
  });

  it('has no key for the window that the code never asks for', () => {
    expect(ids(win).filter((id) => !used.has(id))).toEqual([]);
  });

  it('has a title and a text for every kind of problem, and no kind that there is not', () => {
    for (const kind of kinds) {
      const args = { app: 'Doorkey', provider: 'Google' };
      expect(find(`error-${kind}`, args), kind).toMatch(/\S/u);
      expect(find(`error-${kind}.text`, args), kind).toMatch(/\S/u);
    }
    const told = ids(errors).filter((id) => id.startsWith('error-'));
    expect(told.sort()).toEqual([...kinds, 'unknown'].map((kind) => `error-${kind}`).sort());
  });

  it('knows the kinds of errors.toml, all of them and no other', () => {
    expect([...listed('kind')].sort()).toEqual([...kinds].sort());
  });

  it('has words only for details that errors.toml lists', () => {
    const details = listed('detail');
    expect(details.size).toBeGreaterThan(50);
    const told = ids(errors).flatMap((id) => (id.startsWith('detail-') ? [id.slice('detail-'.length)] : []));
    expect(told.length).toBeGreaterThan(20);
    expect(told.filter((detail) => !details.has(detail))).toEqual([]);
  });

  it('has a state of the fixture page for every kind', () => {
    for (const kind of kinds) expect(Object.keys(states)).toContain(`failed-${kind}`);
  });

  it('fills every message without a fault from the arguments it is given', () => {
    for (const text of Object.values(sources)) expect(text).not.toContain('{$');
    expect(words('sign-in-with', { provider: 'Acme' })).toBe('Sign in with Acme');
    expect(find('detail-access-denied.title', { provider: 'Google' })).toBe('You cancelled at Google');
  });
});

describe('words', () => {
  it('set text of the other direction apart, and leave the rest alone', () => {
    expect(words('sign-in-with', { provider: 'Acme' })).not.toMatch(/[\u2068\u2069]/u);
    expect(words('sign-in-with', { provider: 'חברה' })).toBe('Sign in with \u2068חברה\u2069');
  });

  it('begin a sentence with a capital', () => {
    expect(sentence('the provider says:')).toBe('The provider says:');
  });

  it.each([
    [1, 'less than a minute left'],
    [59, 'less than a minute left'],
    [60, '1 minute left'],
    [47 * 60 + 59, '47 minutes left'],
    [119 * 60, '119 minutes left'],
    [120 * 60, '2 hours left'],
    [48 * 3600, '2 days left'],
  ])('say how long %d seconds are', (seconds, said) => {
    expect(timeLeft(seconds)).toBe(said);
  });

  it('say a moment by the calendar', () => {
    expect(moment(1_790_000_000)).toContain('2026');
  });
});

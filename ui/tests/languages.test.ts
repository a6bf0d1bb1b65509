import { parse, type Attribute, type Message } from '@fluent/syntax';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settle, show, type Shown } from '../fixtures/show';
import { ada, snapshot } from '../fixtures/states';
import { language, type Code } from '../src/language.svelte';
import { moment, words } from '../src/words';

const files = import.meta.glob<string>('../../crates/client/locales/*/*.ftl', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const codes: Code[] = ['en', 'de', 'fr', 'es', 'ja', 'ar'];

/** What a message or attribute is filled with. */
function variables(part: Message | Attribute): string[] {
  const found = new Set<string>();
  JSON.stringify(part.value, (_key, node: unknown) => {
    if (typeof node === 'object' && node !== null && 'type' in node && node.type === 'VariableReference')
      found.add((node as unknown as { id: { name: string } }).id.name);
    return node;
  });
  return [...found].sort();
}

/** Every message and attribute of a language with its variables, by file. */
function catalogue(code: string): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [path, text] of Object.entries(files)) {
    // The command speaks English only.
    if (!path.includes(`/${code}/`) || path.endsWith('/command.ftl')) continue;
    const file = path.split('/').at(-1) ?? '';
    for (const entry of parse(text, { withSpans: false }).body) {
      if (entry.type === 'Junk') throw new Error(`${path} cannot be read: ${entry.content}`);
      if (entry.type !== 'Message') continue;
      if (entry.value) all.set(`${file} ${entry.id.name}`, variables(entry));
      for (const one of entry.attributes) all.set(`${file} ${entry.id.name}.${one.id.name}`, variables(one));
    }
  }
  return all;
}

describe('the catalogue of each language', () => {
  it('is there, and no other is', () => {
    const there = new Set(Object.keys(files).map((path) => path.split('/').at(-2)));
    expect([...there].sort()).toEqual([...codes].sort());
  });

  it.each(codes.filter((code) => code !== 'en'))('%s says everything that English says, of the same things, and no more', (code) => {
    const [english, theirs] = [catalogue('en'), catalogue(code)];
    expect(english.size).toBeGreaterThan(500);
    expect([...theirs.keys()].filter((key) => !english.has(key))).toEqual([]);
    expect([...english.keys()].filter((key) => !theirs.has(key))).toEqual([]);
    const otherwise = [...english].filter(([key, used]) => theirs.get(key)?.join() !== used.join()).map(([key]) => key);
    expect(otherwise).toEqual([]);
  });

  it.each(codes.filter((code) => code !== 'en'))('%s is marked as not yet reviewed', (code) => {
    for (const [path, text] of Object.entries(files)) {
      if (path.includes(`/${code}/`)) expect(text.slice(0, 200), path).toContain('Not yet reviewed by a native reader');
    }
  });
});

describe('the window', () => {
  let target: HTMLElement;
  let shown: Shown | undefined;

  beforeEach(() => {
    // As index.html has it.
    Object.assign(document.documentElement, { lang: 'en', dir: 'ltr' });
    target = document.createElement('div');
    document.body.append(target);
  });

  afterEach(async () => {
    await shown?.close();
    shown = undefined;
    target.remove();
    await language.speak('en');
  });

  const heading = () => target.querySelector('h1')?.textContent;

  it.each(codes)('speaks %s from its first word on, and runs in its direction', async (code) => {
    shown = await show({ screen: '', snapshot: snapshot({ language: code }) }, target);
    await expect.poll(heading).toBeDefined();
    expect(language.code).toBe(code);
    expect(heading()).toBe(words('sign-in-title'));
    expect([document.documentElement.lang, document.documentElement.dir]).toEqual([code, code === 'ar' ? 'rtl' : 'ltr']);
  });

  it('says everything anew when another language is chosen, and forgets nothing that came meanwhile', async () => {
    shown = await show({ screen: '', snapshot: snapshot() }, target);
    expect(heading()).toBe('Sign in');
    shown.backend.send({ type: 'snapshot', ...snapshot({ language: 'de' }) });
    shown.backend.send({ type: 'accounts', accounts: [ada()] });
    await expect.poll(heading).toBe('Ada Lovelace');
    await settle();
    expect(language.code).toBe('de');
    expect(target.textContent).toContain(words('account-allowed-title'));
    expect(words('account-allowed-title')).not.toBe('What you allowed');
  });

  it('writes dates as the language does', async () => {
    const inEnglish = moment(1_790_000_000);
    await language.speak('ja');
    expect(moment(1_790_000_000)).not.toBe(inEnglish);
  });
});

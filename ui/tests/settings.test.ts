import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { press, settle, show, type Shown } from '../fixtures/show';
import { ada, snapshot, type State } from '../fixtures/states';
import { wear } from '../src/preferences';

let target: HTMLElement;
let shown: Shown | undefined;

beforeEach(() => {
  wear('system');
  target = document.createElement('div');
  document.body.append(target);
});

afterEach(async () => {
  await shown?.close();
  shown = undefined;
  target.remove();
});

async function open(more: Partial<State> = {}): Promise<Shown> {
  shown = await show({ screen: '', snapshot: snapshot({ accounts: [ada()] }), press: ['settings'], ...more }, target);
  return shown;
}

const worn = () => document.documentElement.dataset['theme'];
const checked = (action: string) => target.querySelector<HTMLInputElement>(`[data-action="${action}"]`)?.checked;

describe('the settings', () => {
  it('show the window in another theme at once, and keep it', async () => {
    const { backend } = await open();
    expect([checked('theme:system'), worn()]).toEqual([true, undefined]);
    await press(target, 'theme:dark');
    expect(backend.calls.at(-1)).toEqual(['setPreferences', { theme: 'dark', language: null, door: null }]);
    expect([checked('theme:dark'), worn()]).toEqual([true, 'dark']);
    await press(target, 'theme:system');
    expect(worn()).toBeUndefined();
  });

  it('are worn from the first word of the Rust side on', async () => {
    await open({ snapshot: snapshot({ preferences: { theme: 'light', language: null, door: 'scheme' } }) });
    expect([worn(), checked('theme:light'), checked('way:scheme')]).toEqual(['light', true, true]);
  });

  it('keep the way that was chosen, and take back that one was', async () => {
    const { backend } = await open({ snapshot: snapshot({ preferences: { theme: 'dark', language: null, door: null } }) });
    await press(target, 'way:loopback');
    expect(backend.calls.at(-1)).toEqual(['setPreferences', { theme: 'dark', language: null, door: 'loopback' }]);
    expect(checked('way:loopback')).toBe(true);
    await press(target, 'way:itself');
    expect(backend.calls.at(-1)).toEqual(['setPreferences', { theme: 'dark', language: null, door: null }]);
  });

  it('lose nothing of what is chosen in quick succession', async () => {
    const { backend } = await open();
    for (const action of ['way:loopback', 'theme:dark', 'way:scheme'])
      target.querySelector<HTMLElement>(`[data-action="${action}"]`)?.click();
    await settle();
    await settle();
    expect(backend.calls.slice(-3).map(([, kept]) => kept)).toEqual([
      { theme: 'system', language: null, door: 'loopback' },
      { theme: 'dark', language: null, door: 'loopback' },
      { theme: 'dark', language: null, door: 'scheme' },
    ]);
    await press(target, 'theme:light');
    expect(backend.calls.at(-1)).toEqual(['setPreferences', { theme: 'light', language: null, door: 'scheme' }]);
  });

  it('ask before all data is removed, and say afterwards what that did', async () => {
    const report = { accounts: 2, undelivered: 1, keyDeleted: true, left: 0 };
    const { backend } = await open({ answers: { forgetEverything: report } });
    await press(target, 'remove-all');
    expect(backend.asked('forgetEverything')).toBe(0);
    await press(target, 'keep-all');
    expect(target.querySelector('[data-action="confirm-remove-all"]')).toBeNull();
    expect(document.activeElement).toBe(target.querySelector('[data-action="remove-all"]'));
    await press(target, 'remove-all');
    await press(target, 'confirm-remove-all');
    expect(backend.asked('forgetEverything')).toBe(1);
    const said = target.querySelector('[data-field="removed"]')?.textContent;
    expect(said).toContain('2 accounts were signed out.');
    expect(said).toContain('One provider could not be asked');
    expect(said).toContain('The key is gone from the keychain.');
  });

  it('say so when nothing could be removed', async () => {
    await open();
    await press(target, 'remove-all');
    await press(target, 'confirm-remove-all');
    await settle();
    expect(target.querySelector('[data-field="removed"]')).toBeNull();
    expect(target.querySelector('[data-field="notice"]')).not.toBeNull();
  });
});

describe('signing out', () => {
  const report = {
    displayName: 'Ada',
    providerName: 'Acme',
    forgotten: true,
    keyDeleted: false,
    revocation: 'revoked',
    browserSession: null,
  } as const;
  const act = (name: string) => target.querySelector<HTMLInputElement>(`[data-action="act-${name}"]`);

  it('takes back and leaves the browser alone, unless it is told otherwise', async () => {
    const { backend } = await open({ answers: { signOut: report }, press: ['sign-out'] });
    expect([act('revoke')?.checked, act('browser')?.checked]).toEqual([true, false]);
    await press(target, 'confirm-sign-out');
    expect(backend.calls.at(-1)).toEqual(['signOut', 'ada', { revoke: true, endBrowserSession: false }]);
  });

  it('does each of its acts only if it is wanted, and reports each', async () => {
    const answers = { signOut: { ...report, revocation: null, browserSession: 'asked' } as const };
    const { backend } = await open({ answers, press: ['sign-out'] });
    await press(target, 'act-revoke');
    await press(target, 'act-browser');
    await press(target, 'confirm-sign-out');
    expect(backend.calls.at(-1)).toEqual(['signOut', 'ada', { revoke: false, endBrowserSession: true }]);
    const said = target.querySelector('[data-field="report"]')?.textContent;
    expect(said).toContain('Acme was not asked to take it back.');
    expect(said).toContain('Your browser was sent to Acme to sign out there.');
  });
});

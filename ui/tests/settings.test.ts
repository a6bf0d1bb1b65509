import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { press, settle, show, type Shown } from '../fixtures/show';
import { ada, snapshot, type State } from '../fixtures/states';
import { forgetPreferences, theme, way, wear } from '../src/preferences';

let target: HTMLElement;
let shown: Shown | undefined;

beforeEach(() => {
  localStorage.clear();
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
  it('show the window in another theme at once, and remember it', async () => {
    await open();
    expect([checked('theme:system'), worn()]).toEqual([true, undefined]);
    await press(target, 'theme:dark');
    expect([theme(), worn()]).toEqual(['dark', 'dark']);
    await press(target, 'back');
    await press(target, 'settings');
    expect(checked('theme:dark')).toBe(true);
    await press(target, 'theme:system');
    expect([theme(), worn()]).toEqual(['system', undefined]);
  });

  it('take nothing for a choice that is none', () => {
    localStorage.setItem('theme', 'javascript:alert(1)');
    localStorage.setItem('way', 'paste');
    expect([theme(), way()]).toEqual(['system', 'itself']);
  });

  it('make every sign-in come back by the way that was chosen, unless another is asked for', async () => {
    const { backend } = await open();
    await press(target, 'way:loopback');
    await press(target, 'back');
    await press(target, 'add-account');
    await press(target, 'sign-in:demo');
    expect(backend.calls.at(-1)).toEqual(['signIn', { provider: 'demo', door: 'loopback' }]);
    forgetPreferences();
    await press(target, 'cancel');
    await press(target, 'sign-in:demo');
    expect(backend.calls.at(-1)).toEqual(['signIn', { provider: 'demo' }]);
  });

  it('ask before all data is removed, and say afterwards what that did', async () => {
    const report = { accounts: 2, undelivered: 1, keyDeleted: true, left: 0 };
    const { backend } = await open({ answers: { forgetEverything: report } });
    await press(target, 'theme:dark');
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
    expect([theme(), checked('theme:system')]).toEqual(['system', true]);
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

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem } from '../fixtures/rehearsal';
import { press, settle, show, type Shown } from '../fixtures/show';
import { ada, hostile, snapshot, work, type State } from '../fixtures/states';
import { blobs } from './setup';
import type { AccountView, Keeping, SignOutReport } from '../src/backend';

const report: SignOutReport = {
  displayName: 'Ada Lovelace',
  providerName: 'the demo provider',
  forgotten: true,
  keyDeleted: false,
  revocation: 'revoked',
  browserSession: null,
};

let target: HTMLElement;
let shown: Shown;

beforeEach(() => {
  blobs.made.length = 0;
  vi.useFakeTimers({ now: new Date('2026-11-22T10:00:00Z'), toFake: ['setInterval', 'clearInterval', 'Date'] });
  target = document.createElement('div');
  document.body.append(target);
});

afterEach(async () => {
  await shown.close();
  target.remove();
  vi.useRealTimers();
});

async function open(accounts: AccountView[], more: Partial<State> = {}): Promise<void> {
  shown = await show({ screen: '', snapshot: snapshot({ accounts }), ...more }, target);
}

const screen = () => target.querySelector('main')?.dataset['screen'];
const text = (name: string) => target.querySelector(`[data-field="${name}"]`)?.textContent.trim();
const signedIn = (session: Partial<AccountView['session']>): AccountView => ({
  ...ada(),
  session: { ...ada().session, ...session },
});
const soon = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

describe('an account', () => {
  it('shows who it is, by whom, and where it is kept', async () => {
    await open([ada()]);
    expect(text('name')).toBe('Ada Lovelace');
    expect(text('email')).toBe('ada@example.test');
    expect(text('email-verified')).toBe('verified');
    expect(text('issuer')).toBe('http://127.0.0.1:8901');
    expect(text('kept')).toBe('Locked with a key from GNOME Keyring');
  });

  it('calls an address verified only if the provider did', async () => {
    await open([{ ...ada(), emailVerified: false }]);
    expect(text('email-verified')).toBe('not verified');
    shown.backend.send({ type: 'accounts', accounts: [{ ...ada(), email: null, emailVerified: true }] });
    await settle();
    expect(text('email-verified')).toBeUndefined();
  });

  it('says of an account that only an API told of that nothing verified it', async () => {
    await open([{ ...ada(), emailVerified: false, unverified: true }]);
    expect(text('unverified')).toContain('Not verified by the demo provider');
    expect(text('email-verified')).toBeUndefined();
    shown.backend.send({ type: 'accounts', accounts: [{ ...ada(), email: null, emailVerified: false, unverified: true }] });
    await settle();
    expect(text('unverified')).toContain('Not verified by');
    shown.backend.send({ type: 'accounts', accounts: [ada()] });
    await settle();
    expect(text('unverified')).toBeUndefined();
    expect(text('email-verified')).toBe('verified');
  });

  it('says in plain words what was allowed and what was not, and shows a scope without words by its name', async () => {
    await open([work()]);
    const items = (name: string) => [...target.querySelectorAll(`[data-field="${name}"] li`)].map((li) => li.textContent.trim());
    expect(items('allowed')).toEqual([
      'Know that it is you, each time you sign in',
      'Your e-mail address',
      'See your calendars',
    ]);
    expect(items('not-allowed')).toEqual(['Your name and picture']);
    shown.backend.send({ type: 'accounts', accounts: [{ ...ada(), allowed: ['openid', 'constructor', 'acme:read'] }] });
    await settle();
    expect(items('allowed')).toEqual(['Know that it is you, each time you sign in', 'constructor', 'acme:read']);
  });

  it('leads to the provider’s own page of connected apps, where there is one', async () => {
    await open([work()]);
    await press(target, 'connected-apps');
    expect(shown.backend.calls.at(-1)).toEqual(['openConnectedApps', 'google']);
    shown.backend.send({ type: 'accounts', accounts: [ada()] });
    await settle();
    expect(target.querySelector('[data-action="connected-apps"]')).toBeNull();
  });

  it('can be asked again for what was not allowed', async () => {
    await open([{ ...ada(), notAllowed: ['phone'] }]);
    await press(target, 'ask-again');
    expect(shown.backend.calls.at(-1)).toEqual([
      'signIn',
      { provider: 'demo', account: 'ada', loginHint: 'ada@example.test' },
    ]);
  });

  it('is found among hundreds by name, address or provider, with few of them on the screen at once', async () => {
    const many = Array.from({ length: 500 }, (_, at) => ({
      ...ada(),
      id: `account-${at}`,
      displayName: `Person ${at}`,
      email: `p${at}@example.test`,
    }));
    await open(many);
    const rows = () => [...target.querySelectorAll<HTMLElement>('[data-account]')].map((row) => row.dataset['account']);
    expect(rows().length).toBeLessThanOrEqual(60);
    expect(target.querySelector('nav')?.textContent).toContain('450 more');
    const search = target.querySelector<HTMLInputElement>('nav input');
    if (!search) throw new Error('there is a field to search in');
    search.value = 'P499@';
    search.dispatchEvent(new Event('input'));
    await settle();
    // The one on the screen stays in the list.
    expect(rows()).toEqual(['account-0', 'account-499']);
  });

  it('has no field to search in while all of them are seen', async () => {
    await open([ada(), work()]);
    expect(target.querySelector('nav input')).toBeNull();
  });

  it('counts the session down while one looks', async () => {
    await open([signedIn({ accessExpiresAt: soon(121) })]);
    expect(text('session')).toBe('2 minutes left, renews by itself');
    vi.advanceTimersByTime(2000);
    await settle();
    expect(text('session')).toBe('1 minute left, renews by itself');
    vi.advanceTimersByTime(60_000);
    await settle();
    expect(text('session')).toBe('less than a minute left, renews by itself');
    vi.advanceTimersByTime(60_000);
    await settle();
    expect(text('session')).toBe('being renewed');
  });

  it.each<[string, Partial<AccountView['session']>]>([
    ['expired', { accessExpiresAt: 1, renewsItself: false }],
    ['no end was given', { accessExpiresAt: null, renewsItself: false }],
    ['renews by itself', { accessExpiresAt: null, renewsItself: true }],
    ['ended', { state: 'ended' }],
  ])('says of its session: %s', async (said, session) => {
    await open([signedIn(session)]);
    expect(text('session')).toBe(said);
  });

  it.each<[string, Keeping]>([
    ['Looking for your keychain…', { in: 'checking' }],
    ['Not kept: this session only', { in: 'memory', problem: problem('keychain-locked') }],
  ])('says where it is kept: %s', async (said, keeping) => {
    await open([ada()]);
    shown.backend.send({ type: 'keeping', keeping });
    await settle();
    expect(text('kept')).toBe(said);
  });

  it('shows hostile text as text, cut', async () => {
    await open([hostile()]);
    expect(target.querySelectorAll('img, b, script, iframe, a[href]')).toHaveLength(0);
    const name = text('name') ?? '';
    expect(name.startsWith('moc.evil <b>Bold</b> xxx')).toBe(true);
    expect(name.length).toBeLessThanOrEqual(80);
    expect(text('issuer')?.length).toBeLessThanOrEqual(200);
    expect(target.textContent).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
  });

  it('is chosen in the rail, which says whose session has ended', async () => {
    await open([ada(), work()]);
    const [first, second] = target.querySelectorAll<HTMLElement>('[data-account]');
    expect(first?.getAttribute('aria-current')).toBe('page');
    expect(second?.getAttribute('aria-label')).toContain('session ended');
    second?.click();
    await settle();
    expect(text('email')).toBe('a.king@analytical-engines.example');
    expect(document.activeElement).toBe(target.querySelector('h1'));
  });

  it('stays on the screen while another is added, until one goes back', async () => {
    await open([ada()]);
    await press(target, 'add-account');
    expect(screen()).toBe('sign-in');
    await press(target, 'back');
    expect(screen()).toBe('account');
  });
});

describe('a picture', () => {
  const bytes = new Uint8Array([137, 80, 78, 71]).buffer;
  const picture = () => target.querySelector('main img');

  it('is shown from its bytes and let go when its account is gone', async () => {
    await open([{ ...ada(), hasPicture: true }], { answers: { picture: bytes } });
    const url = picture()?.getAttribute('src');
    expect(url).toMatch(/^blob:/u);
    shown.backend.send({ type: 'accounts', accounts: [] });
    await settle();
    expect(blobs.made).toContain(url);
    expect(blobs.made).toHaveLength(2); // in the rail and large
    expect(blobs.open.size).toBe(0);
  });

  it('that cannot be had, or cannot be read, leaves the initials', async () => {
    await open([{ ...ada(), hasPicture: true }]);
    expect(picture()).toBeNull();
    expect(target.querySelector('main .face')?.textContent.trim()).toBe('AL');
    await shown.close();
    await open([{ ...ada(), hasPicture: true }], { answers: { picture: bytes } });
    picture()?.dispatchEvent(new Event('error'));
    await settle();
    expect(target.querySelector('main .face')?.textContent.trim()).toBe('AL');
  });

  it('is not asked for where there is none', async () => {
    await open([ada()]);
    expect(shown.backend.asked('picture')).toBe(0);
  });
});

describe('signing out', () => {
  it('says what it will do, does nothing before it is confirmed, and can be left by Esc', async () => {
    await open([ada()], { answers: { signOut: report } });
    await press(target, 'sign-out');
    expect(target.textContent).toContain('forgets this account on this computer');
    expect(document.activeElement?.textContent).toContain('Sign out Ada Lovelace?');
    expect(shown.backend.asked('signOut')).toBe(0);
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', cancelable: true }));
    await settle();
    expect(target.querySelector('[data-action="confirm-sign-out"]')).toBeNull();
    expect(document.activeElement).toBe(target.querySelector('[data-action="sign-out"]'));
  });

  it('asks once, however often it is pressed', async () => {
    await open([ada()], { answers: { signOut: report }, press: ['sign-out'] });
    const button = target.querySelector<HTMLElement>('[data-action="confirm-sign-out"]');
    button?.click();
    button?.click();
    await settle();
    expect(shown.backend.asked('signOut')).toBe(1);
  });

  it.each<[Partial<SignOutReport>, string[]]>([
    [{ keyDeleted: true }, ['done: The demo provider confirmed', 'done: Forgotten', 'done: It was the last account']],
    [{ revocation: 'unsupported' }, ['please note: The demo provider has no way', 'done: Forgotten']],
    [{ revocation: 'queued' }, ['please note: The demo provider could not be reached', 'done: Forgotten']],
    [{ revocation: 'refused' }, ['please note: The demo provider refused', 'done: Forgotten']],
    [{ revocation: 'nothing-to-revoke' }, ['done: There was nothing left', 'done: Forgotten']],
    [{ forgotten: false }, ['done: The demo provider confirmed', 'please note: Something of it is still']],
  ])('reports what was done: %o', async (more, lines) => {
    await open([ada()], { answers: { signOut: { ...report, ...more } }, press: ['sign-out', 'confirm-sign-out'] });
    expect(screen()).toBe('signed-out');
    const told = [...target.querySelectorAll('[data-field="report"] li')].map((li) => li.textContent.trim());
    expect(told).toHaveLength(lines.length);
    for (const [at, line] of lines.entries()) expect(told[at]).toContain(line);
    shown.backend.send({ type: 'accounts', accounts: [] });
    await press(target, 'done');
    expect(screen()).toBe('sign-in');
  });

  it('that was refused says why', async () => {
    await open([ada()], {
      answers: { signOut: problem('keychain-locked') },
      press: ['sign-out', 'confirm-sign-out'],
    });
    expect(screen()).toBe('failed');
    expect(target.querySelector('h1')?.textContent).toBe('Your keychain is locked');
    await press(target, 'done');
    expect(screen()).toBe('account');
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem } from '../fixtures/rehearsal';
import { press, settle, show, type Shown } from '../fixtures/show';
import { ada, demo, flow, google, snapshot, work, type State } from '../fixtures/states';
import type { FlowStage, FlowView } from '../src/backend';

const start = new Date('2026-11-22T10:00:00Z');
const opened: FlowStage = { at: 'waiting', browser: 'opened', link: null };

let target: HTMLElement;
let shown: Shown;

beforeEach(() => {
  vi.useFakeTimers({ now: start, toFake: ['setInterval', 'clearInterval', 'Date'] });
  target = document.createElement('div');
  document.body.append(target);
});

afterEach(async () => {
  await shown.close();
  target.remove();
  vi.useRealTimers();
});

async function open(state: Partial<State> = {}): Promise<void> {
  shown = await show({ screen: '', snapshot: snapshot(), ...state }, target);
}

async function tell(stage: FlowStage, more: Partial<FlowView> = {}): Promise<void> {
  shown.backend.send({ type: 'flow', flow: flow(stage, { id: 'flow-new', provider: 'demo', ...more }) });
  await settle();
}

async function pass(seconds: number): Promise<void> {
  vi.advanceTimersByTime(seconds * 1000);
  await settle();
}

const screen = () => target.querySelector('main')?.dataset['screen'];
const said = () => target.querySelector('[role="status"]')?.textContent;
const heading = () => target.querySelector('h1')?.textContent.trim();
const has = (action: string) => target.querySelector(`[data-action="${action}"]`) !== null;
const field = (name: string) => target.querySelector(`[data-field="${name}"]`)?.textContent.trim();

describe('a sign-in', () => {
  it('goes from the button over the browser to the account', async () => {
    await open();
    await press(target, 'sign-in:demo');
    expect(shown.backend.calls).toContainEqual(['signIn', { provider: 'demo' }]);
    expect(screen()).toBe('waiting');
    expect(heading()).toBe('Getting ready');

    await tell(opened);
    expect(heading()).toBe('Continue in your browser');
    expect(field('host')).toBe('accounts.google.com');
    await tell({ at: 'completing' });
    expect(screen()).toBe('completing');

    shown.backend.send({ type: 'accounts', accounts: [work(), ada()] });
    await tell({ at: 'signed-in', account: 'ada' });
    expect(screen()).toBe('account');
    expect(field('name')).toBe('Ada Lovelace');
    expect(said()).toBe('Signed in as Ada Lovelace');
    expect(shown.backend.calls).toContainEqual(['dismiss', 'flow-new']);
  });

  it('shows the account also when it is told of after the sign-in', async () => {
    await open({ snapshot: snapshot({ flow: flow({ at: 'signed-in', account: 'ada' }) }) });
    expect(screen()).toBe('completing');
    shown.backend.send({ type: 'accounts', accounts: [work(), ada()] });
    await settle();
    expect(field('name')).toBe('Ada Lovelace');
  });

  it('never falls back to the first screen between being asked for and being told of', async () => {
    await open();
    const screens: (string | undefined)[] = [];
    const observer = new MutationObserver(() => screens.push(screen()));
    observer.observe(target, { subtree: true, childList: true, attributes: true });
    await press(target, 'sign-in:demo');
    await settle();
    await tell({ at: 'preparing' });
    observer.disconnect();
    expect(new Set(screens)).toEqual(new Set(['waiting']));
  });

  it('goes straight from a failure to waiting when it is tried again', async () => {
    await open({ snapshot: snapshot({ flow: flow({ at: 'failed', problem: problem('offline', { remedies: ['try-again'] }) }) }) });
    const screens: (string | undefined)[] = [];
    const observer = new MutationObserver(() => screens.push(screen()));
    observer.observe(target, { subtree: true, childList: true, attributes: true });
    target.querySelector<HTMLElement>('[data-action="try-again"]')?.click();
    await settle();
    await tell({ at: 'preparing' });
    observer.disconnect();
    expect(new Set(screens)).toEqual(new Set(['waiting']));
  });

  it('moves the focus to the heading of each new screen', async () => {
    await open();
    expect(document.activeElement).toBe(document.body);
    await press(target, 'sign-in:demo');
    expect(document.activeElement).toBe(target.querySelector('h1'));
    await tell({ at: 'completing' });
    expect(document.activeElement?.textContent).toBe('Finishing');
  });

  it('that could not begin says why, and tries the same again', async () => {
    const refusal = problem('link-handler-broken', { remedies: ['try-loopback'] });
    await open({ answers: { signIn: refusal } });
    await press(target, 'sign-in:demo');
    expect(screen()).toBe('failed');
    expect(heading()).toBe('Links do not come back to Doorkey');
    await press(target, 'try-loopback');
    expect(shown.backend.calls.at(-1)).toEqual(['signIn', { provider: 'demo', door: 'loopback' }]);
    await press(target, 'done');
    expect(screen()).toBe('sign-in');
  });

  it('that was refused at the provider says so, quotes it, and can be tried again', async () => {
    await open();
    await press(target, 'sign-in:demo');
    await tell({
      at: 'failed',
      problem: problem('refused', {
        detail: 'access-denied',
        providerName: 'Google',
        providerText: '<b>No</b> \u202Ethanks',
        remedies: ['try-again', 'dismiss'],
      }),
    });
    expect(heading()).toBe('You cancelled at Google');
    expect(target.querySelector('blockquote')?.textContent).toBe('<b>No</b> thanks');
    await press(target, 'try-again');
    expect(shown.backend.calls).toContainEqual(['dismiss', 'flow-new']);
    expect(shown.backend.calls.at(-1)).toEqual(['signIn', { provider: 'demo' }]);
    expect(screen()).toBe('waiting');
  });

  it('offers a way out even for a problem without a remedy', async () => {
    await open({ snapshot: snapshot({ flow: flow({ at: 'failed', problem: problem('offline', { remedies: [] }) }) }) });
    await press(target, 'done');
    expect(screen()).toBe('sign-in');
    expect(shown.backend.calls).toContainEqual(['dismiss', 'flow-1']);
  });

  it('of an ended session names the person and the account that are expected', async () => {
    await open({ snapshot: snapshot({ accounts: [work()] }) });
    await press(target, 'sign-in-again');
    expect(shown.backend.calls).toContainEqual([
      'signIn',
      { provider: 'google', account: 'work', loginHint: 'a.king@analytical-engines.example' },
    ]);
  });
});

describe('waiting', () => {
  beforeEach(async () => {
    await open();
    await press(target, 'sign-in:demo');
    await tell(opened, { startedAt: start.getTime() / 1000, expiresAt: start.getTime() / 1000 + 600 });
  });

  it('opens the browser again on the same sign-in, and copies its link', async () => {
    await press(target, 'open-again');
    expect(shown.backend.calls).toContainEqual(['openAgain', 'flow-new']);
    expect(said()).toBe('Your browser was asked again');
    await press(target, 'copy-link');
    expect(shown.backend.calls).toContainEqual(['copyLink', 'flow-new']);
    expect(said()).toBe('Link copied');
    expect(target.querySelector('[data-action="copy-link"]')?.textContent.trim()).toBe('Link copied');
  });

  it('hints after 30 seconds, and not before', async () => {
    await pass(29);
    expect(target.textContent).not.toContain('Nothing happened?');
    await pass(1);
    expect(target.textContent).toContain('Nothing happened?');
    expect(said()).toContain('Nothing happened?');
    await press(target, 'try-loopback');
    expect(shown.backend.calls).toContainEqual(['cancel', 'flow-new']);
    expect(shown.backend.calls.at(-1)).toEqual(['signIn', { provider: 'demo', door: 'loopback' }]);
  });

  it('says after 5 minutes that it takes long, and starts again on demand', async () => {
    await pass(299);
    expect(has('restart')).toBe(false);
    await pass(1);
    expect(target.textContent).toContain('Still waiting');
    expect(target.textContent).toContain('The link works for 5 more minutes.');
    await press(target, 'restart');
    expect(shown.backend.calls).toContainEqual(['cancel', 'flow-new']);
    expect(shown.backend.calls.at(-1)).toEqual(['signIn', { provider: 'demo' }]);
  });

  it.each(['the button', 'Esc'])('is cancelled by %s, and its end is not shown as a failure', async (how) => {
    if (how === 'Esc') window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', cancelable: true }));
    else await press(target, 'cancel');
    await settle();
    expect(shown.backend.calls.at(-1)).toEqual(['cancel', 'flow-new']);
    expect(screen()).toBe('sign-in');
    expect(field('notice')).toContain('Cancelled.');

    await tell({ at: 'failed', problem: problem('cancelled') });
    expect(screen()).toBe('sign-in');
    expect(shown.backend.calls.at(-1)).toEqual(['dismiss', 'flow-new']);
  });

  it('shows the account if the sign-in was faster than the cancelling', async () => {
    await press(target, 'cancel');
    shown.backend.send({ type: 'accounts', accounts: [ada()] });
    await tell({ at: 'signed-in', account: 'ada' });
    expect(screen()).toBe('account');
  });

  it('shows the link to copy when the browser did not open', async () => {
    const link = 'https://provider.example/authorize?state=abc&nonce=def';
    expect(field('link')).toBeUndefined();
    await tell({ at: 'waiting', browser: 'failed', link });
    expect(heading()).toBe('Your browser did not open');
    expect(field('link')).toBe(link);
    expect(said()).toContain('Your browser did not open');
  });

  it('asks nobody to paste anything', () => {
    expect(target.querySelector('input, textarea')).toBeNull();
  });
});

describe('a sign-in by code', () => {
  const at = start.getTime() / 1000;
  const device = { userCode: 'BCDF-GHJK', verificationUri: 'https://id.example/device' };
  const waits: FlowStage = { at: 'waiting', browser: 'not-asked', link: null };

  beforeEach(async () => {
    await open();
    await press(target, 'sign-in:demo');
  });

  it('is offered as another way where the provider has it, and begins only when it is asked for', async () => {
    await tell(opened, { startedAt: at, expiresAt: at + 600 });
    expect(has('use-code')).toBe(false);
    await pass(30);
    await press(target, 'use-code');
    expect(shown.backend.calls).toContainEqual(['cancel', 'flow-new']);
    expect(shown.backend.calls.at(-1)).toEqual(['signIn', { provider: 'demo', door: 'device' }]);
  });

  it('is not offered where the provider has none', async () => {
    await tell(opened, { provider: 'google', startedAt: at, expiresAt: at + 600 });
    await pass(30);
    expect(target.textContent).toContain('Nothing happened?');
    expect(has('use-code')).toBe(false);
  });

  it('shows what to enter, where and how long, and the caution', async () => {
    await tell(waits, { door: 'device', host: 'id.example', device, startedAt: at, expiresAt: at + 120 });
    expect(heading()).toBe('Enter this code');
    expect(field('user-code')).toBe('BCDF-GHJK');
    expect(field('verification-uri')).toBe('https://id.example/device');
    expect(field('host')).toBe('id.example');
    expect(said()).toContain('BCDF-GHJK');
    expect(target.textContent).toContain('Only enter a code that you asked for yourself');
    expect(field('code-expires')).toBe('The code works for 2 more minutes.');
    await pass(61);
    expect(field('code-expires')).toBe('The code is about to stop working.');
    expect(target.textContent).not.toContain('Nothing happened?');
    expect(target.querySelector('input, textarea, a')).toBeNull();
  });

  it('opens its page and copies its code when that is pressed, and is cancelled like any other', async () => {
    await tell(waits, { door: 'device', device, startedAt: at, expiresAt: at + 600 });
    expect(shown.backend.calls.some(([name]) => name === 'openAgain')).toBe(false);
    await press(target, 'open-page');
    expect(shown.backend.calls).toContainEqual(['openAgain', 'flow-new']);
    await press(target, 'copy-code');
    expect(shown.backend.calls).toContainEqual(['copyLink', 'flow-new']);
    expect(said()).toBe('Code copied');
    await press(target, 'cancel');
    expect(shown.backend.calls.at(-1)).toEqual(['cancel', 'flow-new']);
  });

  it('shows a hostile code as the text that it is', async () => {
    const hostile = { userCode: '\u202E<b>x</b>', verificationUri: 'https://id.example/<script>' };
    await tell(waits, { door: 'device', device: hostile });
    expect(target.querySelector('script, b')).toBeNull();
    expect(field('user-code')).not.toContain('\u202E');
  });
});

describe('a sign-in that is cancelled before it has an id', () => {
  it('is ended as soon as it has one, and nothing of it is shown', async () => {
    await open();
    let answer: (flow: string) => void = () => undefined;
    shown.backend.signIn = () => new Promise((resolve) => (answer = resolve));
    await press(target, 'sign-in:demo');
    await press(target, 'cancel');
    expect(screen()).toBe('sign-in');

    await tell({ at: 'preparing' });
    expect(screen()).toBe('sign-in');
    answer('flow-new');
    await settle();
    expect(shown.backend.calls.at(-1)).toEqual(['cancel', 'flow-new']);
    await tell(opened);
    expect(screen()).toBe('sign-in');
  });

  it('does not stand in the way of the next', async () => {
    await open();
    const answers: ((flow: string) => void)[] = [];
    shown.backend.signIn = () => new Promise((resolve) => answers.push(resolve));
    await press(target, 'sign-in:demo');
    await press(target, 'cancel');
    await press(target, 'sign-in:google');
    expect(screen()).toBe('waiting');
    answers[0]?.('flow-old');
    await settle();
    expect(shown.backend.calls).toContainEqual(['cancel', 'flow-old']);
    answers[1]?.('flow-new');
    await settle();
    await tell(opened);
    expect(screen()).toBe('waiting');
    expect(heading()).toBe('Continue in your browser');
  });
});

describe('a provider that is not set up', () => {
  const bare = { ...google, configured: false };

  beforeEach(async () => {
    await open({ snapshot: snapshot({ providers: [bare, demo] }), press: ['sign-in:google'] });
  });

  function type(name: string, value: string): void {
    const input = target.querySelector<HTMLInputElement>(`input[data-field="${name}"]`);
    if (!input) throw new Error(`there is no field ${name}`);
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }

  it('leads to what to register, and begins nothing', async () => {
    expect(screen()).toBe('not-configured');
    expect(shown.backend.asked('signIn')).toBe(0);
    expect(target.textContent).toContain('https://console.cloud.google.com/auth/clients');
    await press(target, 'open-console');
    expect(shown.backend.calls.at(-1)).toEqual(['openRegistration', 'google']);
    await press(target, 'back');
    expect(screen()).toBe('sign-in');
  });

  it('takes a client id and a secret, trimmed, and is then ready', async () => {
    type('client-id', '  id.apps.example ');
    type('client-secret', ' s3cret ');
    await press(target, 'save-client');
    expect(shown.backend.calls.at(-1)).toEqual([
      'configureClient',
      { provider: 'google', clientId: 'id.apps.example', clientSecret: 's3cret' },
    ]);
    expect(target.querySelector<HTMLInputElement>('input[data-field="client-secret"]')?.value).toBe('');

    shown.backend.send({ type: 'providers', providers: [google, demo] });
    await settle();
    expect(screen()).toBe('sign-in');
    expect(field('notice')).toContain('Google is set up.');
  });

  it('sends no empty secret, and no empty client id', async () => {
    await press(target, 'save-client');
    expect(shown.backend.asked('configureClient')).toBe(0);
    expect(target.querySelector('#client-id-missing')).not.toBeNull();
    type('client-id', 'id');
    await press(target, 'save-client');
    expect(shown.backend.calls.at(-1)).toEqual(['configureClient', { provider: 'google', clientId: 'id' }]);
  });

  it('says why a client was not accepted, and keeps what was typed', async () => {
    shown.backend.answers.configureClient = problem('misconfigured', { detail: 'client-id', providerName: 'Google' });
    type('client-id', 'wrong');
    type('client-secret', 'kept');
    await press(target, 'save-client');
    expect(target.querySelector('[role="alert"]')?.textContent).toContain('The client id is not right');
    expect(target.querySelector<HTMLInputElement>('input[data-field="client-secret"]')?.value).toBe('kept');
  });
});

describe('the window', () => {
  it('says why when the backend does not speak, and asks it again', async () => {
    await open({ answers: { watch: problem('misconfigured') } });
    expect(screen()).toBe('failed');
    delete shown.backend.answers.watch;
    await press(target, 'try-again');
    expect(screen()).toBe('sign-in');
  });

  it('shows a notice until it is put away', async () => {
    await open();
    shown.backend.send({ type: 'notice', notice: problem('flow-lost', { detail: 'already-used' }) });
    await settle();
    expect(field('notice')).toContain('This sign-in was already used');
    expect(said()).toContain('This sign-in was already used');
    await press(target, 'forget-notice');
    expect(field('notice')).toBeUndefined();
    expect(shown.backend.asked('forgetNotice')).toBe(1);
  });

  it('offers to unlock a locked keychain, and to look again for a missing one', async () => {
    await open({ snapshot: snapshot({ keeping: { in: 'memory', problem: problem('keychain-locked') } }) });
    expect(target.querySelector('[data-action="unlock"]')?.textContent).toBe('Unlock…');
    await press(target, 'unlock');
    expect(shown.backend.asked('unlock')).toBe(1);
    shown.backend.send({ type: 'keeping', keeping: { in: 'keychain', name: 'GNOME Keyring' } });
    await settle();
    expect(target.querySelector('[data-action="unlock"]')).toBeNull();
    shown.backend.send({ type: 'keeping', keeping: { in: 'memory', problem: problem('keychain-unavailable') } });
    await settle();
    expect(target.querySelector('[data-action="unlock"]')?.textContent).toBe('Look again');
  });

  it('shows a command that failed as a notice', async () => {
    await open({
      snapshot: snapshot({ flow: flow(opened) }),
      answers: { openAgain: problem('browser-unavailable') },
      press: ['open-again'],
    });
    expect(field('notice')).toContain('Your browser could not be opened');
  });
});

import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problem } from '../fixtures/rehearsal';
import { snapshot } from '../fixtures/states';
import type { Update } from '../src/backend';
import * as doorkey from '../../crates/tauri-plugin-doorkey/guest-js/index';

let asked: [command: string, args: unknown][];
let answer: (command: string) => unknown;

beforeEach(() => {
  asked = [];
  answer = () => null;
  mockIPC((command, args) => {
    asked.push([command, args]);
    return answer(command);
  });
});

afterEach(() => {
  clearMocks();
});

describe('the functions of the plugin', () => {
  it.each<[string, () => Promise<unknown>, string, unknown]>([
    ['signIn', () => doorkey.signIn({ provider: 'demo' }), 'sign_in', { request: { provider: 'demo' } }],
    ['openAgain', () => doorkey.openAgain('f'), 'open_again', { flow: 'f' }],
    ['copyLink', () => doorkey.copyLink('f'), 'copy_link', { flow: 'f' }],
    ['cancel', () => doorkey.cancel('f'), 'cancel', { flow: 'f' }],
    ['dismiss', () => doorkey.dismiss('f'), 'dismiss', { flow: 'f' }],
    ['openRegistration', () => doorkey.openRegistration('p'), 'open_registration', { provider: 'p' }],
    ['openConnectedApps', () => doorkey.openConnectedApps('p'), 'open_connected_apps', { provider: 'p' }],
    [
      'configureClient',
      () => doorkey.configureClient({ provider: 'p', clientId: 'i' }),
      'configure_client',
      { client: { provider: 'p', clientId: 'i' } },
    ],
    ['picture', () => doorkey.picture('a'), 'picture', { account: 'a' }],
    ['signOut', () => doorkey.signOut('a'), 'sign_out', { account: 'a', acts: null }],
    [
      'signOut with acts',
      () => doorkey.signOut('a', { revoke: false, endBrowserSession: true }),
      'sign_out',
      { account: 'a', acts: { revoke: false, endBrowserSession: true } },
    ],
    [
      'setPreferences',
      () => doorkey.setPreferences({ theme: 'dark', language: 'ja', door: null }),
      'set_preferences',
      { preferences: { theme: 'dark', language: 'ja', door: null } },
    ],
    ['forgetEverything', () => doorkey.forgetEverything(), 'forget_everything', {}],
    ['examineBrowserLink', () => doorkey.examineBrowserLink(), 'examine_browser_link', {}],
    ['repair', () => doorkey.repair('register-links'), 'repair', { repair: 'register-links' }],
    ['copyReport', () => doorkey.copyReport('f'), 'copy_report', { flow: 'f' }],
    [
      'fetch',
      () => doorkey.fetch('a', { url: 'https://api.example' }),
      'fetch',
      { account: 'a', request: { url: 'https://api.example' } },
    ],
    ['forgetNotice', () => doorkey.forgetNotice(), 'forget_notice', {}],
    ['unlock', () => doorkey.unlock(), 'unlock', {}],
  ])('%s calls its own command', async (_name, call, command, args) => {
    await call();
    expect(asked).toEqual([[`plugin:doorkey|${command}`, args]]);
  });

  it('give back what the command answers', async () => {
    answer = () => 'flow-1';
    expect(await doorkey.signIn({ provider: 'demo' })).toBe('flow-1');
  });

  it('reject with the Problem of the command', async () => {
    answer = () => {
      throw problem('offline');
    };
    await expect(doorkey.signOut('a')).rejects.toEqual(problem('offline'));
  });

  it('tell a refusal of Tauri itself as a Problem, without its text', async () => {
    answer = () => {
      throw 'doorkey.sign_in not allowed. Command not found';
    };
    const refusal: unknown = await doorkey.signIn({ provider: 'demo' }).catch((error: unknown) => error);
    expect(doorkey.isProblem(refusal)).toBe(true);
    expect(refusal).toMatchObject({ kind: 'misconfigured' });
    expect(JSON.stringify(refusal)).not.toContain('not allowed');
  });
});

describe('watch', () => {
  it('hands on each update in order, until it is stopped', async () => {
    const heard: Update[] = [];
    const stop = await doorkey.watch((update) => heard.push(update));
    const [[command, args] = []] = asked;
    expect(command).toBe('plugin:doorkey|watch');
    const { channel } = args as { channel: { id: number } };
    const send = (index: number, message: Update) => {
      window.__TAURI_INTERNALS__.runCallback(channel.id, { index, message });
    };
    const first: Update = { type: 'snapshot', ...snapshot() };
    const second: Update = { type: 'flow', flow: null };
    send(0, first);
    send(1, second);
    expect(heard).toEqual([first, second]);
    stop();
    stop();
    send(2, second);
    expect(heard).toHaveLength(2);
  });

  it('rejects when the plugin is not there', async () => {
    answer = () => {
      throw 'plugin doorkey not found';
    };
    await expect(doorkey.watch(() => undefined)).rejects.toMatchObject({ kind: 'misconfigured' });
  });
});

describe('what is told as it goes on', () => {
  it.each([
    ['examine', (heard: unknown[]) => doorkey.examine('p', (update) => heard.push(update)), { provider: 'p' }],
    ['story', (heard: unknown[]) => doorkey.story({ flow: 'f' }, (told) => heard.push(told)), { request: { flow: 'f' } }],
  ])('%s hands on each word of its channel', async (name, ask, args) => {
    const heard: unknown[] = [];
    await ask(heard);
    const [[command, sent] = []] = asked;
    expect(command).toBe(`plugin:doorkey|${name}`);
    expect(sent).toMatchObject(args);
    const { channel } = sent as { channel: { id: number } };
    window.__TAURI_INTERNALS__.runCallback(channel.id, { index: 0, message: 'first' });
    window.__TAURI_INTERNALS__.runCallback(channel.id, { index: 1, message: 'second' });
    expect(heard).toEqual(['first', 'second']);
  });
});

declare global {
  interface Window {
    __TAURI_INTERNALS__: { runCallback: (id: number, data: unknown) => void };
  }
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problem } from '../fixtures/rehearsal';
import { press, settle, show, type Shown } from '../fixtures/show';
import { ada, flow, snapshot, type State } from '../fixtures/states';
import { allGood, brokenLinks, looking } from '../fixtures/stories';
import type { ExaminationUpdate } from '../src/backend';

let target: HTMLElement;
let shown: Shown;

beforeEach(() => {
  target = document.createElement('div');
  document.body.append(target);
});

afterEach(async () => {
  await shown.close();
  target.remove();
});

async function open(more: Partial<State> = {}): Promise<void> {
  shown = await show({ screen: '', snapshot: snapshot(), press: ['examine'], ...more }, target);
}

const row = (check: string) => target.querySelector<HTMLElement>(`[data-check="${check}"]`);
const state = (check: string) => row(check)?.dataset['state'];
const summary = () => target.querySelector('[data-field="summary"]')?.textContent;

describe('the doctor', () => {
  it('shows every check at once, and each finding in its place when it is made', async () => {
    await open({ answers: { examine: [looking] } });
    expect(target.querySelectorAll('[data-check]')).toHaveLength(7);
    expect([state('keychain'), state('link-owner')]).toEqual(['good', 'looking']);
    expect(row('link-owner')?.textContent).toContain('Looking');
  });

  it('says how many things are in the way, and the state of each as a word beside its shape', async () => {
    await open({ answers: { examine: [brokenLinks] } });
    expect(summary()).toBe('One thing is in the way of a sign-in.');
    expect(row('link-owner')?.textContent).toContain('Broken: ');
    expect(row('clock')?.textContent).toContain('Advice: ');
    expect(target.querySelectorAll('[data-action^="repair:"]')).toHaveLength(1);
  });

  it('mends what can be mended for one press, and looks again', async () => {
    await open({ answers: { examine: [brokenLinks, allGood] } });
    await press(target, 'repair:register-links');
    expect(shown.backend.calls.slice(-2)).toEqual([
      ['repair', 'register-links'],
      ['examine', 'google'],
    ]);
    expect(state('link-owner')).toBe('good');
    expect(summary()).toBe('Nothing is in the way of a sign-in.');
  });

  it('says why it could not be mended, and offers it again', async () => {
    await open({ answers: { examine: [brokenLinks], repair: problem('link-handler-broken') } });
    await press(target, 'repair:register-links');
    expect(target.querySelector('[data-field="notice"]')?.textContent).toContain('Doorkey');
    expect(shown.backend.asked('examine')).toBe(1);
    expect(target.querySelector<HTMLButtonElement>('[data-action="repair:register-links"]')?.disabled).toBe(false);
  });

  it('lets the person make the check that takes their click', async () => {
    const finding = {
      check: 'browser-link',
      state: 'good' as const,
      label: 'Good',
      text: 'It came back.',
      remedy: null,
      repair: null,
      awaitsPerson: false,
    };
    await open({ answers: { examine: [brokenLinks], examineBrowserLink: finding } });
    expect(state('browser-link')).toBe('not-checked');
    await press(target, 'examine-browser-link');
    expect([state('browser-link'), row('browser-link')?.textContent.includes('It came back.')]).toEqual(['good', true]);
  });

  it('looks at the provider too, where one is at hand', async () => {
    await open({ answers: { examine: [allGood] } });
    expect(shown.backend.calls.at(-1)).toEqual(['examine', 'google']);
    await shown.close();
    await open({ snapshot: snapshot({ providers: [] }), answers: { examine: [allGood] } });
    expect(shown.backend.calls.at(-1)).toEqual(['examine', null]);
    await shown.close();
    await open({ snapshot: snapshot({ accounts: [ada()] }), answers: { examine: [allGood] } });
    expect(shown.backend.calls.at(-1)).toEqual(['examine', 'demo']);
    await shown.close();
    const failed = flow({ at: 'failed', problem: problem('offline', { remedies: ['try-again', 'examine'] }) });
    await open({ snapshot: snapshot({ flow: failed }), answers: { examine: [allGood] } });
    expect(shown.backend.calls.at(-1)).toEqual(['examine', 'google']);
  });

  it('shows nothing of an earlier look once it looks again', async () => {
    await open({ answers: { examine: [looking] } });
    const told: ((update: ExaminationUpdate) => void)[] = [];
    shown.backend.examine = (_provider, onUpdate) => {
      told.push(onUpdate);
      return told.length === 1 ? new Promise(() => undefined) : Promise.resolve();
    };
    await press(target, 'examine-again');
    // While it looks the button is at rest; the person goes away and comes back.
    await press(target, 'back');
    await press(target, 'examine');
    expect(told).toHaveLength(2);
    const [first, second] = told;
    looking.forEach((update) => second?.(update));
    brokenLinks.forEach((update) => first?.(update));
    await settle();
    expect(state('link-owner')).toBe('looking');
  });

  it('goes back to where one was', async () => {
    await open({ snapshot: snapshot({ accounts: [ada()] }), answers: { examine: [allGood] } });
    await press(target, 'back');
    expect(target.querySelector('main')?.dataset['screen']).toBe('account');
  });
});

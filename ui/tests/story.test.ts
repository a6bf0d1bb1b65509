import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problem } from '../fixtures/rehearsal';
import { press, settle, show, type Shown } from '../fixtures/show';
import { ada, flow, snapshot, type State } from '../fixtures/states';
import { goesOn, stopped, went } from '../fixtures/stories';
import type { StoryView } from '../src/backend';

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

const failure = flow({ at: 'failed', problem: problem('misbehaved', { remedies: ['try-again'] }) });

async function open(story: StoryView | undefined, more: Partial<State> = {}): Promise<void> {
  const state: State = { screen: '', snapshot: snapshot({ flow: failure }), press: ['how'], ...more };
  shown = await show({ ...state, ...(story && { answers: { story } }) }, target);
}

const steps = () => [...target.querySelectorAll<HTMLDetailsElement>('[data-step]')];
const opened = () => steps().filter((step) => step.open).map((step) => step.dataset['step']);
const step = (kind: string) => target.querySelector<HTMLDetailsElement>(`[data-step="${kind}"]`);

describe('how it happened', () => {
  it('is asked for by the sign-in that failed, and by the account', async () => {
    await open(stopped);
    expect(shown.backend.calls.at(-1)).toEqual(['story', { flow: 'flow-1' }]);
    await shown.close();
    await open(went, { snapshot: snapshot({ accounts: [ada()] }) });
    expect(shown.backend.calls.at(-1)).toEqual(['story', { account: 'ada' }]);
    expect(target.querySelector('[data-field="story-end"]')?.textContent).toContain('It went well, in 8 seconds.');
  });

  it('opens at the step where it stopped, with the reason, and at no other', async () => {
    await open(stopped);
    expect(opened()).toEqual(['id-token-verified']);
    const checks = [...(step('id-token-verified')?.querySelectorAll<HTMLElement>('[data-result]') ?? [])];
    expect(checks.map((check) => check.dataset['result'])).toEqual(['passed', 'failed', 'skipped']);
    expect(step('id-token-verified')?.textContent).toContain('It answers what was asked just now');
    await shown.close();
    await open(went);
    expect(opened()).toEqual([]);
  });

  it('says who does what to whom, without the drawing', async () => {
    await open(went);
    expect(step('code-exchange')?.querySelector('.label')?.textContent.replace(/\s+/gu, ' ')).toContain(
      'This program to The provider: The one-time code was exchanged',
    );
    expect(step('code-exchange')?.querySelector('.lanes')?.getAttribute('aria-hidden')).toBe('true');
    expect(step('code-exchange')?.querySelector('.arrow')?.className).toContain('from-2 to-3');
  });

  it('keeps the terms of the standards, sections and parameters for developers', async () => {
    await open(stopped);
    expect(target.textContent).not.toContain('OIDC Core 3.1.3.7');
    expect(target.textContent).not.toContain('response_type');
    await press(target, 'for-developers');
    expect(step('id-token-verified')?.textContent).toContain('OIDC Core 3.1.3.7 step 11');
    const sent = step('browser-opened')?.textContent.replace(/\s+/gu, ' ');
    expect(sent).toContain('response_type code');
    expect(sent).toContain('state not shown');
    await press(target, 'in-plain-words');
    expect(target.textContent).not.toContain('response_type');
  });

  it('goes on while the sign-in does, and what was opened stays open', async () => {
    await open(goesOn);
    let tell: ((story: StoryView) => void) | undefined;
    shown.backend.story = (_request, onStory) => {
      tell = onStory;
      onStory(goesOn);
      return Promise.resolve(true);
    };
    await press(target, 'back');
    await press(target, 'how');
    expect(steps()).toHaveLength(4);
    step('discovery')?.querySelector('summary')?.click();
    await settle();
    tell?.(stopped);
    await settle();
    expect(steps()).toHaveLength(7);
    expect(opened()).toEqual(['discovery', 'id-token-verified']);
  });

  it('says so when nothing is known of it any more', async () => {
    await open(undefined, { snapshot: snapshot({ accounts: [ada()] }) });
    expect(target.textContent).toContain('Nothing is known of it any more');
    expect(target.querySelector('[data-action="copy-report"]')).toBeNull();
  });

  it('shows what came from outside as harmless text', async () => {
    const [first] = went.steps;
    if (!first) throw new Error('there are steps');
    const hostile = {
      ...first,
      host: '\u202Emoc.evil',
      parameters: [{ name: '<b>', value: '<img src=x onerror=alert(1)>\u202E' + 'x'.repeat(5000) }],
    };
    await open({ ...went, steps: [hostile] });
    await press(target, 'for-developers');
    expect(target.querySelector('img, b')).toBeNull();
    expect(target.textContent).not.toMatch(/\u202E/u);
    expect(target.textContent.length).toBeLessThan(4000);
  });

  it('copies the redacted report', async () => {
    await open(stopped);
    await press(target, 'copy-report');
    expect(shown.backend.calls.at(-1)).toEqual(['copyReport', 'flow-1']);
    expect(target.querySelector('[data-action="copy-report"]')?.textContent.trim()).toBe('Report copied');
  });
});

describe('the questions', () => {
  const answers = () => [...target.querySelectorAll<HTMLInputElement>('[data-field="quiz"] input')];

  it('have one right answer each, and every answer says why', async () => {
    await open(went);
    const right: Record<string, number> = {};
    for (const answer of answers()) {
      answer.click();
      await settle();
      const reason = answer.closest('fieldset')?.querySelector('.reason')?.textContent.trim() ?? '';
      expect(reason).toMatch(/^(Right|Not quite)\.\s+\S/u);
      expect(reason).not.toContain('quiz-');
      right[answer.name] = (right[answer.name] ?? 0) + (reason.startsWith('Right.') ? 1 : 0);
    }
    expect(Object.keys(right)).toHaveLength(4);
    expect(Object.values(right)).toEqual([1, 1, 1, 1]);
  });

  it('are asked of a sign-in only', async () => {
    await open({ ...went, kind: 'refresh' });
    expect(answers()).toEqual([]);
  });
});

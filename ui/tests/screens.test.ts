import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { show, type Shown } from '../fixtures/show';
import { states } from '../fixtures/states';

// What only a page of its own has (the document's title and language stand in index.html), and what needs a layout:
// contrasts are computed from the token file in contrast.test.ts.
const rules = { 'color-contrast': { enabled: false } };

let target: HTMLElement;
let shown: Shown | undefined;

beforeEach(() => {
  document.documentElement.lang = 'en';
  document.title = 'Doorkey';
  target = document.createElement('div');
  document.body.append(target);
});

afterEach(async () => {
  await shown?.close();
  target.remove();
});

describe.each(Object.entries(states))('the state %s', (_name, make) => {
  it('is shown on its screen, and axe finds nothing to object to', async () => {
    const state = make();
    shown = await show(state, target);

    expect(target.querySelector('main')?.dataset['screen']).toBe(state.screen);
    const { violations } = await axe.run(document, { rules, resultTypes: ['violations'] });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });

  it('has one heading to move the focus to, a name on every button, and no inline style', async () => {
    shown = await show(make(), target);

    const headings = [...target.querySelectorAll('h1')];
    expect(headings).toHaveLength(1);
    expect(headings[0]?.tabIndex).toBe(-1);
    expect(headings[0]?.textContent.trim()).not.toBe('');
    for (const button of target.querySelectorAll('button')) {
      expect(button.textContent.trim()).not.toBe('');
      expect(button.dataset['action'] ?? button.dataset['account']).toBeDefined();
    }
    expect(target.querySelectorAll('[style], style, script')).toHaveLength(0);
  });
});

describe('the screens together', () => {
  it('never show a message by its key instead of its words', async () => {
    for (const make of Object.values(states)) {
      shown = await show(make(), target);
      expect(target.textContent).not.toMatch(/\b(?:error|detail|scope|waiting|account|report|doctor|story|quiz|outcome)-[a-z]+-?[a-z]*\b(?!\.)/u);
      await shown.close();
    }
    shown = undefined;
  });
});

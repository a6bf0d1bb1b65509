import { describe, expect, it } from 'vitest';
import { problem } from '../fixtures/rehearsal';
import { ada, flow, google, snapshot, work } from '../fixtures/states';
import type { FlowStage } from '../src/backend';
import { apply, screenOf, type Doing, type Told } from '../src/screen';

const idle: Doing = {
  starting: null,
  putAway: [],
  adding: false,
  configuring: null,
  selected: null,
  report: null,
  visiting: null,
  refused: null,
};

function told(more: Partial<Told> = {}): Told {
  return { ...snapshot(), notice: null, ...more };
}

describe('what was told', () => {
  it('is nothing until the snapshot comes', () => {
    expect(apply(null, { type: 'accounts', accounts: [ada()] })).toBeNull();
    expect(apply(null, { type: 'snapshot', ...snapshot() })?.appName).toBe('Doorkey');
  });

  it('changes only in the part that an update names', () => {
    const before = told();
    expect(apply(before, { type: 'accounts', accounts: [ada()] })).toEqual({ ...before, accounts: [ada()] });
    expect(apply(before, { type: 'providers', providers: [] })).toEqual({ ...before, providers: [] });
    const keeping = { in: 'checking' } as const;
    expect(apply(before, { type: 'keeping', keeping })).toEqual({ ...before, keeping });
    const notice = problem('flow-lost');
    expect(apply(before, { type: 'notice', notice })).toEqual({ ...before, notice });
    expect(apply(told({ flow: flow({ at: 'preparing' }) }), { type: 'flow', flow: null })?.flow).toBeNull();
  });

  it('keeps its notice over a second snapshot', () => {
    const notice = problem('flow-lost');
    expect(apply(told({ notice }), { type: 'snapshot', ...snapshot() })?.notice).toEqual(notice);
  });
});

describe('the screen', () => {
  it('is loading until anything is told, unless the backend refused to speak', () => {
    expect(screenOf(null, idle).name).toBe('loading');
    expect(screenOf(null, { ...idle, refused: { problem: problem('offline'), request: null } }).name).toBe('failed');
  });

  it.each<[string, FlowStage]>([
    ['waiting', { at: 'preparing' }],
    ['waiting', { at: 'waiting', browser: 'opening', link: null }],
    ['completing', { at: 'completing' }],
    ['failed', { at: 'failed', problem: problem('offline') }],
  ])('is %s for a sign-in at that stage, over everything else, until it is put away', (name, stage) => {
    const with_flow = told({ flow: flow(stage), accounts: [ada()] });
    expect(screenOf(with_flow, { ...idle, adding: true }).name).toBe(name);
    expect(screenOf(with_flow, { ...idle, putAway: ['another'] }).name).toBe(name);
    expect(screenOf(with_flow, { ...idle, putAway: ['flow-1'] }).name).toBe('account');
  });

  it('goes on completing until the account of a finished sign-in is told of', () => {
    const done = flow({ at: 'signed-in', account: 'ada' });
    expect(screenOf(told({ flow: done }), idle).name).toBe('completing');
    expect(screenOf(told({ flow: done, accounts: [ada()] }), idle).name).toBe('account');
  });

  it('is waiting as soon as a sign-in was asked for', () => {
    const starting = { request: { provider: 'google' }, flow: null };
    expect(screenOf(told(), { ...idle, starting })).toEqual({ name: 'waiting', flow: null, providerName: 'Google' });
  });

  it('is the selected account, and the first one when that is gone', () => {
    const two = told({ accounts: [ada(), work()] });
    expect(screenOf(two, { ...idle, selected: 'work' })).toEqual({ name: 'account', account: work() });
    expect(screenOf(two, { ...idle, selected: 'gone' })).toEqual({ name: 'account', account: ada() });
  });

  it('is what to register only for a provider that has something to register', () => {
    expect(screenOf(told(), { ...idle, configuring: 'google' })).toEqual({ name: 'not-configured', provider: google });
    expect(screenOf(told(), { ...idle, configuring: 'demo' }).name).toBe('sign-in');
    expect(screenOf(told(), { ...idle, configuring: 'unheard-of' }).name).toBe('sign-in');
  });
});

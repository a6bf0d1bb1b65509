import { describe, expect, it } from 'vitest';
import { problem } from '../fixtures/rehearsal';
import { allowance } from '../src/allowance';
import { plain } from '../src/plain';
import { asProblem, tell } from '../src/problem';

describe('text from outside', () => {
  it.each([
    ['a\u0000b\u001bc\u0085d', 'abcd'],
    ['\u202Eevil\u202C \u2066x\u2069', 'evil x'],
    ['zero\u200Bwidth\u2060joined\uFEFF', 'zerowidthjoined'],
    ['  two\n\tlines\u2028here ', 'two lines here'],
    ['<b>bold</b>', '<b>bold</b>'],
    ['Zoë Ångström, 山田, عائشة', 'Zoë Ångström, 山田, عائشة'],
    ['👩🏽‍🚀 flies', '👩🏽‍🚀 flies'],
    [`Z${'\u0341'.repeat(50)}algo`, `Z${'\u0341'.repeat(3)}algo`],
  ])('%j is shown as %j', (from, to) => {
    expect(plain(from)).toBe(to);
  });

  it('is cut between letters as people see them, and says that it was', () => {
    expect(plain('x'.repeat(121))).toBe(`${'x'.repeat(119)}…`);
    expect(plain('x'.repeat(120))).toBe('x'.repeat(120));
    expect(plain('👩🏽‍🚀👩🏽‍🚀👩🏽‍🚀', 2)).toBe('👩🏽‍🚀…');
    expect(plain('Ada', 1, '')).toBe('A');
  });

  it('costs nothing, however long it is', () => {
    const before = performance.now();
    expect(plain('a\u0301'.repeat(50_000)).length).toBeLessThan(1000);
    expect(performance.now() - before).toBeLessThan(200);
  });
});

describe('a scope', () => {
  it('has no words by accident of its name', () => {
    expect(allowance(['constructor', '__proto__', 'openid.text', 'OpenID'])).toEqual([
      { key: 'constructor', text: 'constructor', own: true },
      { key: '__proto__', text: '__proto__', own: true },
      { key: 'openid.text', text: 'openid.text', own: true },
      { key: 'OpenID', text: 'OpenID', own: true },
    ]);
  });

  it('that Google names twice is told once', () => {
    expect(allowance(['email', 'https://www.googleapis.com/auth/userinfo.email'])).toHaveLength(1);
  });
});

describe('a problem', () => {
  it('is told by its detail where that has words, else by its kind, else as an unknown one', () => {
    expect(tell(problem('flow-lost', { detail: 'already-used' }), 'Doorkey').title).toBe('This sign-in was already used');
    expect(tell(problem('flow-lost', { detail: 'unheard-of' }), 'Doorkey').title).toBe('This sign-in could not be matched');
    expect(tell(problem('unheard-of'), 'Doorkey').title).toBe('The sign-in did not work');
  });

  it('names the provider, or says "the provider" where it does not know it', () => {
    expect(tell(problem('timed-out', { providerName: 'Acme' }), 'Doorkey').title).toBe('Acme did not answer in time');
    expect(tell(problem('timed-out'), 'Doorkey').title).toBe('The provider did not answer in time');
  });

  it('has a quotation only if the provider said something that can be seen', () => {
    expect(tell(problem('refused', { providerText: '\u200B\u202E ' }), 'Doorkey').quotation).toBeNull();
    expect(tell(problem('refused', { providerText: 'x'.repeat(999) }), 'Doorkey').quotation).toHaveLength(300);
  });

  it('is made of anything that a command may be refused with', () => {
    for (const error of [null, undefined, 'text', new Error('secret'), { kind: 1 }, { kind: 'offline' }]) {
      expect(asProblem(error).kind).toBe('unknown');
    }
    expect(asProblem(problem('offline'))).toEqual(problem('offline'));
  });
});

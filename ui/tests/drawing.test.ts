import { describe, expect, it } from 'vitest';
import drawing from '../../icons/doorkey.svg?raw';
import mark from '../src/parts/Mark.svelte?raw';
import google from '../src/parts/GoogleMark.svelte?raw';

const paths = (svg: string) => [...svg.matchAll(/\sd="([^"]+)"/gu)].map(([, path]) => path);

describe('the mark', () => {
  it('has at most three paths', () => {
    expect(paths(drawing).length).toBeGreaterThan(0);
    expect(paths(drawing).length).toBeLessThanOrEqual(3);
  });

  it('is the same key in the window as in the icons', () => {
    expect(paths(mark)).toEqual([paths(drawing).at(-1)]);
  });
});

describe("Google's mark", () => {
  it('has its four colours and no other', () => {
    expect([...google.matchAll(/fill="([^"]+)"/gu)].map(([, fill]) => fill)).toEqual([
      '#EA4335',
      '#4285F4',
      '#FBBC05',
      '#34A853',
    ]);
  });
});

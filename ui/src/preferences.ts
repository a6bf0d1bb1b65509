/** What a person can choose about the window, and how it wears it. */
import type { Door, Preferences } from './backend';

export const themes = ['system', 'light', 'dark'] as const satisfies Preferences['theme'][];

/** By which door every sign-in comes back; by none in particular where the program is to choose. */
export const ways = ['itself', 'scheme', 'loopback'] as const satisfies ('itself' | Door)[];

/** The way that a door is. */
export function wayOf(door: Door | null): (typeof ways)[number] {
  return ways.find((way) => way === door) ?? 'itself';
}

/** Shows the page in a theme. What the system wants needs no attribute. */
export function wear(theme: Preferences['theme']): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

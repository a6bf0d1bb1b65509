/** What the person chose about the window itself. It is kept by the webview and is nobody's secret. */
import type { Door } from './backend';

/** Light or dark, or as the system is. */
export type Theme = 'system' | 'light' | 'dark';

/** How an answer comes back: chosen by the program, or always by one way. */
export type Way = 'itself' | Extract<Door, 'scheme' | 'loopback'>;

export const themes = ['system', 'light', 'dark'] as const satisfies Theme[];
export const ways = ['itself', 'scheme', 'loopback'] as const satisfies Way[];

/** What was chosen, or the first of all choices where nothing was, or nothing that there is. */
function chosen<T extends string>(name: string, choices: readonly [T, ...T[]]): T {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(name);
  } catch {
    // A webview that keeps nothing: then nothing was chosen.
  }
  return choices.find((choice) => choice === kept) ?? choices[0];
}

function keep(name: string, choice: string): void {
  try {
    localStorage.setItem(name, choice);
  } catch {
    // It holds until the window is closed.
  }
}

export const theme = (): Theme => chosen('theme', themes);
export const way = (): Way => chosen('way', ways);

/** Shows the window in a theme, from now on. */
export function setTheme(choice: Theme): void {
  keep('theme', choice);
  wear(choice);
}

export function setWay(choice: Way): void {
  keep('way', choice);
}

/** Forgets what was chosen. */
export function forgetPreferences(): void {
  setTheme('system');
  setWay('itself');
}

/** The theme of the page. What the system wants needs no attribute. */
export function wear(choice: Theme): void {
  if (choice === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = choice;
}

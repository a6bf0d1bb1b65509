/** Every sentence of the window comes from the Fluent catalogue, through here. */
import type { FluentVariable } from '@fluent/bundle';
import { language } from './language.svelte';

/** What a message is filled with. */
export type Arguments = Record<string, FluentVariable>;

/** Letters of scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A message, or one of its attributes (`error-offline.text`), in the person's language. */
export function words(id: string, args: Arguments = {}): string {
  return find(id, args) ?? id;
}

/** Like {@link words}, but `null` where the catalogue has no such message. */
export function find(id: string, args: Arguments = {}): string | null {
  const [name = id, attribute] = id.split('.', 2);
  for (const bundle of language.bundles) {
    const message = bundle.getMessage(name);
    const pattern = attribute === undefined ? message?.value : message?.attributes[attribute];
    if (pattern === null || pattern === undefined) continue;
    const isolated = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, isolate(value)]));
    const errors: Error[] = [];
    return bundle.formatPattern(pattern, isolated, errors);
  }
  return null;
}

/** A sentence begins with a capital, also where it begins with "the provider". */
export function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase(language.code) + text.slice(1);
}

/** Text that runs the other way is set apart, so that it cannot turn the sentence around it. */
function isolate(value: FluentVariable): FluentVariable {
  return typeof value === 'string' && rightToLeft.test(value) ? `\u2068${value}\u2069` : value;
}

/** A moment, by the person's own calendar and clock. */
export function moment(seconds: number): string {
  return new Intl.DateTimeFormat(dates(), { dateStyle: 'medium', timeStyle: 'short' }).format(seconds * 1000);
}

/** The person's own way of writing dates, where it is of the language that is spoken. */
function dates(): string {
  return navigator.languages.find((own) => own.split('-')[0] === language.code) ?? language.code;
}

/** How long something lasts yet. `seconds` is more than nothing. */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return words('session-less-than-a-minute');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return words('session-minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return words('session-hours', { count: hours });
  return words('session-days', { count: Math.floor(hours / 24) });
}

/** Every sentence of the window comes from the Fluent catalogue, through here. */
import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import errorsEn from '../../crates/client/locales/en/errors.ftl?raw';
import windowEn from '../../crates/client/locales/en/window.ftl?raw';

/** What a message is filled with. */
export type Arguments = Record<string, FluentVariable>;

const locale = 'en';
const bundle = new FluentBundle(locale, { useIsolating: false });
for (const catalogue of [windowEn, errorsEn]) bundle.addResource(new FluentResource(catalogue));

/** Letters of scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A message, or one of its attributes (`error-offline.text`), in the person's language. */
export function words(id: string, args: Arguments = {}): string {
  return find(id, args) ?? id;
}

/** Like {@link words}, but `null` where the catalogue has no such message. */
export function find(id: string, args: Arguments = {}): string | null {
  const [name = id, attribute] = id.split('.', 2);
  const message = bundle.getMessage(name);
  const pattern = attribute === undefined ? message?.value : message?.attributes[attribute];
  if (pattern === null || pattern === undefined) return null;
  const isolated = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, isolate(value)]));
  const errors: Error[] = [];
  return bundle.formatPattern(pattern, isolated, errors);
}

/** A sentence begins with a capital, also where it begins with "the provider". */
export function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

/** Text that runs the other way is set apart, so that it cannot turn the sentence around it. */
function isolate(value: FluentVariable): FluentVariable {
  return typeof value === 'string' && rightToLeft.test(value) ? `\u2068${value}\u2069` : value;
}

/** A moment, by the person's own calendar and clock. */
export function moment(seconds: number): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(seconds * 1000);
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

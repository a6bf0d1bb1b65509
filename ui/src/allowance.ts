import { plain } from './plain';
import { find } from './words';

/** One thing that was allowed. */
export interface Allowance {
  /** Sets it apart from the others. */
  key: string;
  /** What it allows, in plain words. */
  text: string;
  /** True when there are no words for it, and `text` is the scope's own name. */
  own: boolean;
}

/** Google answers with its own, longer names for two of the scopes of OpenID Connect. */
const sameAs = new Map([
  ['https://www.googleapis.com/auth/userinfo.email', 'email'],
  ['https://www.googleapis.com/auth/userinfo.profile', 'profile'],
]);

/** Scopes in plain words, each once, in the order given. `inWords` has the words that the provider's preset knows. */
export function allowance(scopes: readonly string[], inWords: Readonly<Record<string, string>> = {}): Allowance[] {
  const seen = new Map<string, Allowance>();
  for (const scope of scopes) {
    const key = sameAs.get(scope) ?? scope;
    if (seen.has(key)) continue;
    const told = find(`scope-${key}`) ?? (Object.hasOwn(inWords, scope) ? (inWords[scope] ?? null) : null);
    seen.set(key, { key, text: told ?? plain(key, 80), own: told === null });
  }
  return [...seen.values()];
}

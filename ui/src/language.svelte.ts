/** The language of the window: English is always there, any other is loaded when it is wanted. */
import { FluentBundle, FluentResource } from '@fluent/bundle';
import errorsEn from '../../crates/client/locales/en/errors.ftl?raw';
import windowEn from '../../crates/client/locales/en/window.ftl?raw';
import type { Snapshot } from './backend';

export type Code = Snapshot['language'];

const files = import.meta.glob<string>(
  ['../../crates/client/locales/*/{errors,window}.ftl', '!../../crates/client/locales/en/*'],
  { query: '?raw', import: 'default' },
);

function bundleOf(code: Code, catalogues: string[]): FluentBundle {
  const bundle = new FluentBundle(code, { useIsolating: false });
  for (const catalogue of catalogues) bundle.addResource(new FluentResource(catalogue));
  return bundle;
}

const english = bundleOf('en', [errorsEn, windowEn]);

class Language {
  code = $state<Code>('en');
  /** The words of that language. What it lacks is said in English. */
  #own = $state.raw(english);

  get bundles(): FluentBundle[] {
    return this.#own === english ? [english] : [this.#own, english];
  }

  /** Speaks another language once its words are there; if they cannot be had, the one that is spoken stays. */
  async speak(code: Code): Promise<void> {
    if (code === this.code) return;
    if (code === 'en') {
      this.#own = english;
    } else {
      const wanted = Object.entries(files).filter(([path]) => path.includes(`/${code}/`));
      try {
        this.#own = bundleOf(code, await Promise.all(wanted.map(([, load]) => load())));
      } catch {
        return;
      }
    }
    this.code = code;
    document.documentElement.lang = code;
    document.documentElement.dir = code === 'ar' ? 'rtl' : 'ltr';
  }
}

export const language = new Language();

import { isProblem, type Problem } from './backend';
import { plain } from './plain';
import { find, sentence, words } from './words';

/** A problem in words. */
export interface Told {
  /** Who did what. */
  title: string;
  /** What it means, and what helps. */
  text: string;
  /** The provider's own words, to be shown as a quotation. */
  quotation: string | null;
}

/** The words for a problem: those of its detail where there are any, else those of its kind. */
export function tell(problem: Problem, app: string): Told {
  const provider = problem.providerName === null ? words('the-provider') : plain(problem.providerName, 60);
  const args = { app, provider };
  const kind = `error-${problem.kind}`;
  const detail = problem.detail === null ? null : `detail-${problem.detail}`;
  const title = (detail && find(`${detail}.title`, args)) ?? find(kind, args) ?? words('error-unknown', args);
  const text = (detail && find(detail, args)) ?? find(`${kind}.text`, args) ?? words('error-unknown.text', args);
  const quotation = problem.providerText === null ? '' : plain(problem.providerText, 300);
  return { title: sentence(title), text: sentence(text), quotation: quotation === '' ? null : quotation };
}

/** What a command was refused with, as a problem: anything that is none is told as an unknown one. */
export function asProblem(error: unknown): Problem {
  if (isProblem(error)) return error;
  return { kind: 'unknown', detail: null, section: null, providerName: null, providerText: null, remedies: ['dismiss'] };
}

import type {
  AccountView,
  FlowView,
  Keeping,
  Preferences,
  Problem,
  ProviderView,
  SignInRequest,
  SignOutReport,
  Snapshot,
  StoryRequest,
  Update,
} from './backend';

/** What the Rust side has told. */
export interface Told {
  appName: string;
  providers: ProviderView[];
  accounts: AccountView[];
  flow: FlowView | null;
  keeping: Keeping;
  preferences: Preferences;
  language: Snapshot['language'];
  languages: Snapshot['languages'];
  notice: Problem | null;
}

/** What the person is doing in the window, that the Rust side need not know. */
export interface Doing {
  /** A sign-in that was asked for and not yet told of, and its id as soon as that is known. */
  starting: { request: SignInRequest; flow: string | null } | null;
  /** Sign-ins that were put away here: their ends are not shown any more. */
  putAway: readonly string[];
  /** Whether another account is being added. */
  adding: boolean;
  /** The provider whose setting-up is shown. */
  configuring: string | null;
  /** The account that is shown. */
  selected: string | null;
  /** What the last sign-out did. */
  report: SignOutReport | null;
  /** What is looked at beside everything else. */
  visiting: Visit | null;
  /** What a command was refused with, and the sign-in it was for. */
  refused: { problem: Problem; request: SignInRequest | null } | null;
}

/** A place that one goes to and comes back from. */
export type Visit = { place: 'doctor'; provider: string | null } | { place: 'story'; request: StoryRequest } | { place: 'settings' };

/** What the window shows. */
export type Screen =
  | { name: 'loading' }
  | { name: 'sign-in'; adding: boolean }
  | { name: 'waiting'; flow: FlowView | null; providerName: string }
  | { name: 'completing'; flow: FlowView }
  | { name: 'account'; account: AccountView }
  | { name: 'failed'; problem: Problem; flow: FlowView | null }
  | { name: 'not-configured'; provider: ProviderView }
  | { name: 'signed-out'; report: SignOutReport }
  | { name: 'doctor'; provider: string | null }
  | { name: 'story'; request: StoryRequest }
  | { name: 'settings' };

/** What was told, after one more update. */
export function apply(told: Told | null, update: Update): Told | null {
  switch (update.type) {
    case 'snapshot': {
      const { appName, providers, accounts, flow, keeping, preferences, language, languages } = update;
      return { appName, providers, accounts, flow, keeping, preferences, language, languages, notice: told?.notice ?? null };
    }
    case 'flow':
      return told && { ...told, flow: update.flow };
    case 'accounts':
      return told && { ...told, accounts: update.accounts };
    case 'providers':
      return told && { ...told, providers: update.providers };
    case 'keeping':
      return told && { ...told, keeping: update.keeping };
    case 'notice':
      return told && { ...told, notice: update.notice };
    default:
      update satisfies never;
      return told;
  }
}

/** The one screen that what was told and what is being done come to. */
export function screenOf(told: Told | null, doing: Doing): Screen {
  if (!told) return doing.refused ? { name: 'failed', problem: doing.refused.problem, flow: null } : { name: 'loading' };

  if (doing.visiting) return screenOfVisit(doing.visiting);
  const under = told.flow && screenOfFlow(told.flow, told.accounts, doing.putAway);
  if (under) return under;
  if (doing.starting) {
    const id = doing.starting.request.provider;
    const provider = told.providers.find((one) => one.id === id);
    return { name: 'waiting', flow: null, providerName: provider?.name ?? id };
  }
  if (doing.refused) return { name: 'failed', problem: doing.refused.problem, flow: null };
  if (doing.report) return { name: 'signed-out', report: doing.report };

  const configuring = told.providers.find((one) => one.id === doing.configuring);
  if (configuring?.registration) return { name: 'not-configured', provider: configuring };

  const account = told.accounts.find((one) => one.id === doing.selected) ?? told.accounts[0];
  if (!account || doing.adding) return { name: 'sign-in', adding: account !== undefined };
  return { name: 'account', account };
}

function screenOfVisit(visit: Visit): Screen {
  switch (visit.place) {
    case 'doctor':
      return { name: 'doctor', provider: visit.provider };
    case 'story':
      return { name: 'story', request: visit.request };
    case 'settings':
      return { name: 'settings' };
    default:
      visit satisfies never;
      return { name: 'loading' };
  }
}

/** The screen of a sign-in, or `null` when it has nothing to show any more. */
function screenOfFlow(flow: FlowView, accounts: AccountView[], putAway: readonly string[]): Screen | null {
  const { stage } = flow;
  switch (stage.at) {
    case 'preparing':
    case 'waiting':
      return putAway.includes(flow.id) ? null : { name: 'waiting', flow, providerName: flow.providerName };
    case 'completing':
      return putAway.includes(flow.id) ? null : { name: 'completing', flow };
    case 'failed':
      return putAway.includes(flow.id) ? null : { name: 'failed', problem: stage.problem, flow };
    case 'signed-in':
      // The account may be told of a moment after the sign-in.
      return putAway.includes(flow.id) || accounts.some((one) => one.id === stage.account)
        ? null
        : { name: 'completing', flow };
    default:
      stage satisfies never;
      return null;
  }
}

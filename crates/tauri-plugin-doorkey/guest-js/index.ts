/**
 * Sign-in through the system browser, for the web side of a Tauri app.
 *
 * Nothing here gives out a code, a token or a callback URL: the Rust side keeps them. Every function that can fail
 * rejects with a {@link Problem}, which {@link isProblem} recognises.
 *
 * @module
 */
import { Channel, invoke } from '@tauri-apps/api/core';
import type {
  ConfigureClient,
  ExaminationUpdate,
  FetchRequest,
  FetchResponse,
  FindingView,
  ForgetReport,
  Preferences,
  Problem,
  SignInRequest,
  SignOutActs,
  SignOutReport,
  StoryRequest,
  StoryView,
  Update,
} from './bindings.js';

export type * from './bindings.js';

/**
 * Watches everything that a sign-in UI shows. The first update is a `snapshot` of all there is, then only what changed,
 * so a reload or a cold start loses nothing.
 *
 * @param onUpdate called with each update, in order
 * @returns a function that stops the calls; calling it twice does no harm
 * @throws {Problem} when the plugin is not there or not permitted
 */
export async function watch(onUpdate: (update: Update) => void): Promise<() => void> {
  const channel = new Channel<Update>();
  let watching = true;
  channel.onmessage = (update) => {
    if (watching) onUpdate(update);
  };
  await call<null>('watch', { channel });
  return () => {
    watching = false;
  };
}

/**
 * Begins a sign-in: a door is opened for the way back, then the person's own browser. How it goes on is told by
 * {@link watch}.
 *
 * @param request whom to sign in with; only `provider` is needed
 * @returns the id of the sign-in, for {@link openAgain}, {@link copyLink}, {@link cancel} and {@link dismiss}
 * @throws {Problem} when it cannot begin, for instance `misconfigured` or `already-in-progress`
 */
export function signIn(request: SignInRequest): Promise<string> {
  return call('sign_in', { request });
}

/**
 * Opens the browser once more on the same link of a sign-in that waits; of one by code, the page on which it is entered.
 *
 * @param flow the id that {@link signIn} gave
 * @throws {Problem} `browser-unavailable`, or `flow-lost` when the sign-in is over
 */
export async function openAgain(flow: string): Promise<void> {
  await call<null>('open_again', { flow });
}

/**
 * Puts the link of a sign-in that waits on the clipboard. It is done in Rust, so the link does not come to the web UI. Of a sign-in
 * by code it is the code.
 *
 * @param flow the id that {@link signIn} gave
 * @throws {Problem} `flow-lost` when the sign-in is over
 */
export async function copyLink(flow: string): Promise<void> {
  await call<null>('copy_link', { flow });
}

/**
 * Cancels a sign-in that waits. Its link stops working and its door is closed at once.
 *
 * @param flow the id that {@link signIn} gave
 * @throws {Problem} `flow-lost` when the sign-in is over
 */
export async function cancel(flow: string): Promise<void> {
  await call<null>('cancel', { flow });
}

/**
 * Puts away a sign-in that has ended, so that {@link watch} tells of it no more.
 *
 * @param flow the id that {@link signIn} gave
 * @throws {Problem} when the plugin is not there or not permitted
 */
export async function dismiss(flow: string): Promise<void> {
  await call<null>('dismiss', { flow });
}

/**
 * Opens the provider's console in the browser, where a developer registers the app.
 *
 * @param provider the provider's id
 * @throws {Problem} `browser-unavailable`, or `misconfigured` when the provider has no console
 */
export async function openRegistration(provider: string): Promise<void> {
  await call<null>('open_registration', { provider });
}

/**
 * Opens the provider's own page of connected apps in the browser, where a person sees and takes back what they allowed.
 *
 * @param provider the provider's id
 * @throws {Problem} `browser-unavailable`, or `misconfigured` when the provider has no such page
 */
export async function openConnectedApps(provider: string): Promise<void> {
  await call<null>('open_connected_apps', { provider });
}

/**
 * Sets the client to use with a provider from now on.
 *
 * @param client the client id, and the secret where the provider wants one
 * @throws {Problem} `misconfigured` when the provider or the client id is not usable
 */
export async function configureClient(client: ConfigureClient): Promise<void> {
  await call<null>('configure_client', { client });
}

/**
 * An account's picture, fetched, checked and encoded anew in Rust.
 *
 * @param account the account's id
 * @returns the bytes of a PNG image
 * @throws {Problem} when there is none, or it could not be had: show the initials then
 */
export function picture(account: string): Promise<ArrayBuffer> {
  return call('picture', { account });
}

/**
 * Signs an account out: forgets it here and, unless told otherwise, revokes its tokens at the provider where that can be done.
 *
 * @param account the account's id
 * @param acts what is done beside forgetting; revoke, and leave the browser's session alone, when absent
 * @returns what was done, act by act
 * @throws {Problem} when the account could not be forgotten, for instance `keychain-locked`
 */
export function signOut(account: string, acts?: SignOutActs): Promise<SignOutReport> {
  return call('sign_out', { account, acts: acts ?? null });
}

/**
 * Removes all data: signs every account out, tries once to revoke what was given, and removes whatever is kept, with the key
 * in the keychain.
 *
 * @returns what was done
 * @throws {Problem} when nothing could be removed
 */
export function forgetEverything(): Promise<ForgetReport> {
  return call('forget_everything', {});
}

/**
 * Calls an API of your own with the account's access token. The request is made in Rust, which attaches the token only
 * for origins that `tauri.conf.json` lists, follows no redirect, and renews the token once on a 401.
 *
 * @param account the account's id
 * @param request an absolute https URL, and method, headers and body where wanted
 * @returns the answer, whatever its status
 * @throws {Problem} `misconfigured` for an origin that is not listed; `reauth-required` when the session has ended
 */
export function fetch(account: string, request: FetchRequest): Promise<FetchResponse> {
  return call('fetch', { account, request });
}

/**
 * Puts away the notice that {@link watch} told of, so that a reload does not show it again.
 *
 * @throws {Problem} when the plugin is not there or not permitted
 */
export async function forgetNotice(): Promise<void> {
  await call<null>('forget_notice', {});
}

/**
 * Tries again to keep secrets on disk, after {@link watch} told that they are only in memory. A locked keychain asks the
 * person for its password with a question of its own. Where secrets are kept afterwards is told by {@link watch}.
 *
 * @throws {Problem} `keychain-unavailable` when the question was dismissed or not answered
 */
export async function unlock(): Promise<void> {
  await call<null>('unlock', {});
}

/**
 * Keeps what the person chose about the window. {@link watch} tells of it.
 *
 * @param preferences all of it
 * @throws {Problem} `storage-full` when it could not be written; it holds until the program ends
 */
export async function setPreferences(preferences: Preferences): Promise<void> {
  await call<null>('set_preferences', { preferences });
}

/**
 * Looks at everything on this computer that a sign-in leans on. Nothing that lasts is changed.
 *
 * @param provider the id of a provider to which the way is looked at too, or `null`
 * @param onUpdate called first with all checks, then with each finding as it is made
 * @returns when the last check is done
 * @throws {Problem} `misconfigured` when the provider is not known
 */
export async function examine(provider: string | null, onUpdate: (update: ExaminationUpdate) => void): Promise<void> {
  const channel = new Channel<ExaminationUpdate>();
  channel.onmessage = onUpdate;
  await call<null>('examine', { provider, channel });
}

/**
 * Opens a page in the browser with a button that leads back here, and waits for a minute until it was pressed.
 *
 * @returns what was found
 * @throws {Problem} when the plugin is not there or not permitted
 */
export function examineBrowserLink(): Promise<FindingView> {
  return call('examine_browser_link', {});
}

/**
 * Mends what a finding of {@link examine} says can be mended. Only for a click of the person.
 *
 * @param repair the id of the finding's repair
 * @throws {Problem} `link-handler-broken`, `keychain-locked` or the like when it could not be mended
 */
export async function repair(repair: string): Promise<void> {
  await call<null>('repair', { repair });
}

/**
 * Tells how a sign-in, a renewal or a sign-out happened: step by step, with every check, and without a secret. While it is under
 * way it is told again at each change. One story at a time is told to a window.
 *
 * @param request which one
 * @param onStory called with the whole story each time
 * @returns false when nothing is known of it: it is remembered for as long as the program runs
 * @throws {Problem} when the plugin is not there or not permitted
 */
export async function story(request: StoryRequest, onStory: (story: StoryView) => void): Promise<boolean> {
  const channel = new Channel<StoryView>();
  channel.onmessage = onStory;
  return call('story', { request, channel });
}

/**
 * Puts the redacted report of a story on the clipboard.
 *
 * @param flow the story's `flow`
 * @throws {Problem} `flow-lost` when nothing is known of it any more
 */
export async function copyReport(flow: string): Promise<void> {
  await call<null>('copy_report', { flow });
}

/**
 * Whether what a function rejected with is a {@link Problem}.
 *
 * @param error what was caught
 */
export function isProblem(error: unknown): error is Problem {
  return (
    typeof error === 'object' &&
    error !== null &&
    'kind' in error &&
    typeof error.kind === 'string' &&
    'remedies' in error &&
    Array.isArray(error.remedies)
  );
}

/** The one door to the plugin's commands. Tauri's own refusals come as strings; they are told as a {@link Problem} too. */
async function call<T>(command: string, args: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(`plugin:doorkey|${command}`, args);
  } catch (error) {
    if (isProblem(error)) throw error;
    // The command is missing or not permitted by the app's capability, or its arguments were refused: the developer's to mend.
    throw {
      kind: 'misconfigured',
      detail: null,
      section: null,
      providerName: null,
      providerText: null,
      remedies: ['dismiss'],
    } satisfies Problem;
  }
}

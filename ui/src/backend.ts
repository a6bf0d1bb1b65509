/**
 * The only file that names the plugin's functions. Everything else takes a {@link Backend}, so that tests and the
 * fixture page can show any state.
 */
import * as doorkey from 'tauri-plugin-doorkey-api';

export type * from 'tauri-plugin-doorkey-api';
export { isProblem } from 'tauri-plugin-doorkey-api';

/** What the window asks of the Rust side. Every rejection is a `Problem`. */
export type Backend = Pick<
  typeof doorkey,
  | 'watch'
  | 'signIn'
  | 'openAgain'
  | 'copyLink'
  | 'cancel'
  | 'dismiss'
  | 'openRegistration'
  | 'openConnectedApps'
  | 'configureClient'
  | 'picture'
  | 'signOut'
  | 'forgetNotice'
  | 'unlock'
  | 'examine'
  | 'examineBrowserLink'
  | 'repair'
  | 'story'
  | 'copyReport'
  | 'forgetEverything'
  | 'setPreferences'
>;

/** The plugin itself, over Tauri's IPC. */
export const backend: Backend = doorkey;

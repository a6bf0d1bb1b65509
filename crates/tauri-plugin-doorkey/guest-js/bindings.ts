// Made from src/ipc.rs by `cargo xtask bindings`. Do not edit.

/**
 * One message on the channel that `watch` opens: first a `snapshot`, then only what changed.
 */
export type Update = { "type": "snapshot" } & Snapshot | { "type": "flow", 
/**
 * The sign-in as it stands.
 */
flow: FlowView | null, } | { "type": "accounts", 
/**
 * All of them, last used first.
 */
accounts: Array<AccountView>, } | { "type": "providers", 
/**
 * All of them, in the order to show.
 */
providers: Array<ProviderView>, } | { "type": "keeping", 
/**
 * Where they are kept now.
 */
keeping: Keeping, } | { "type": "notice", 
/**
 * What happened.
 */
notice: Problem, };

/**
 * The whole state that the UI shows.
 */
export type Snapshot = { 
/**
 * The program's own name, as in "return to Doorkey".
 */
appName: string, 
/**
 * In the order to show them.
 */
providers: Array<ProviderView>, 
/**
 * Last used first.
 */
accounts: Array<AccountView>, 
/**
 * The sign-in that is under way or has just ended, if any.
 */
flow: FlowView | null, 
/**
 * Where secrets are kept.
 */
keeping: Keeping, 
/**
 * What the person chose about the window.
 */
preferences: Preferences, 
/**
 * The language that is spoken: the chosen one, or the system's if there are words in it, or English.
 */
language: Language, 
/**
 * All languages that there are words in, in the order to show.
 */
languages: Array<LanguageView>, };

/**
 * A provider that one can sign in with.
 */
export type ProviderView = { 
/**
 * The preset's id: `google`, `demo`.
 */
id: string, 
/**
 * The name to show: `Google`.
 */
name: string, 
/**
 * Which mark and button rules apply.
 */
mark: ProviderMark, 
/**
 * False when no client id is known: the button then leads to the page that says what to register.
 */
configured: boolean, 
/**
 * Whether a person may be offered a code to enter on another screen: only if they ask for another way.
 */
takesDevice: boolean, 
/**
 * What to register and where, for a provider that is not configured or to change it.
 */
registration: RegistrationHelp | null, };

/**
 * Whose mark a provider's button carries.
 */
export type ProviderMark = "google" | "generic";

/**
 * What a developer has to register at a provider before people can sign in.
 */
export type RegistrationHelp = { 
/**
 * The provider's console, to be opened in the browser by `open_registration`; shown as text.
 */
consoleUrl: string, 
/**
 * The redirect URI that the loopback door uses, with `{port}` for any port.
 */
loopbackRedirectUri: string, 
/**
 * The redirect URI that the link door uses, where the provider allows one.
 */
schemeRedirectUri: string | null, 
/**
 * Whether a client file from the provider's console can be dropped on the window.
 */
acceptsClientFile: boolean, };

/**
 * How an answer comes back.
 */
export type Door = "scheme" | "loopback" | "device";

/**
 * One sign-in.
 */
export type FlowView = { 
/**
 * Names this attempt in commands. Not a secret, and not the `state`.
 */
id: string, 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The provider's name.
 */
providerName: string, 
/**
 * The host of the authorization endpoint, once it is known: what the browser was sent to.
 */
host: string | null, 
/**
 * The door it comes back by, once it is open.
 */
door: Door | null, 
/**
 * When it began.
 */
startedAt: number, 
/**
 * When the link or the code stops working.
 */
expiresAt: number, 
/**
 * What the person enters and where, of a sign-in by code.
 */
device: DeviceView | null, 
/**
 * How far it is.
 */
stage: FlowStage, };

/**
 * A code to enter on another screen. Neither is a secret, and both are cleaned.
 */
export type DeviceView = { 
/**
 * What to enter, exactly.
 */
userCode: string, 
/**
 * The address of the page to enter it on; shown as text.
 */
verificationUri: string, };

/**
 * How far a sign-in is.
 */
export type FlowStage = { "at": "preparing" } | { "at": "waiting", 
/**
 * Whether the browser took the link.
 */
browser: BrowserState, 
/**
 * The authorization URL, only if the browser could not be opened. It carries no secret of the app, but a `state`: shown
 * to be copied, never logged.
 */
link: string | null, } | { "at": "completing" } | { "at": "signed-in", 
/**
 * The account's id.
 */
account: string, } | { "at": "failed", 
/**
 * Why, and what can be done.
 */
problem: Problem, };

/**
 * What is known of the browser.
 */
export type BrowserState = "not-asked" | "opening" | "opened" | "failed";

/**
 * What went wrong, by whose fault, as data: the words are in the Fluent catalogue.
 */
export type Problem = { 
/**
 * One of the kinds of `errors.toml`, kebab-case: `refused`, `misbehaved`, `offline`. The message is `error-<kind>`.
 */
kind: string, 
/**
 * One of the details of `errors.toml`, kebab-case, or `None`. The message is `detail-<detail>`.
 */
detail: string | null, 
/**
 * The section of the standard that was broken, where one was: `OIDC Core 3.1.3.7 step 11`.
 */
section: string | null, 
/**
 * The provider's name, for the sentence.
 */
providerName: string | null, 
/**
 * The provider's own words (`error_description`), cut and cleaned: shown as a quotation, never as a title.
 */
providerText: string | null, 
/**
 * What the person can press, best first.
 */
remedies: Array<Remedy>, };

/**
 * What a person can do about a problem.
 */
export type Remedy = "try-again" | "try-loopback" | "copy-link" | "open-registration" | "examine" | "dismiss";

/**
 * An account that is signed in here, or was until its session ended.
 */
export type AccountView = { 
/**
 * Names it in commands: a hash of issuer and subject.
 */
id: string, 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The provider's name.
 */
providerName: string, 
/**
 * The issuer identifier, exactly as the provider states it.
 */
issuer: string, 
/**
 * The subject identifier (`sub`).
 */
subject: string, 
/**
 * The name to show: name, else nickname, else e-mail, else subject.
 */
displayName: string, 
/**
 * One or two letters for when there is no picture.
 */
initials: string, 
/**
 * A stable number from 0 to 11 to choose the colour behind the initials.
 */
colour: number, 
/**
 * The e-mail address, if the provider gave one.
 */
email: string | null, 
/**
 * True only if the provider says `email_verified: true`, in what it signs.
 */
emailVerified: boolean, 
/**
 * True where nothing signed says who this is: the provider has no ID Tokens (plain OAuth 2), and its API said so.
 */
unverified: boolean, 
/**
 * Whether `picture` has something to give.
 */
hasPicture: boolean, 
/**
 * The scopes that were granted, in the provider's order.
 */
allowed: Array<string>, 
/**
 * Scopes that were asked for and not granted.
 */
notAllowed: Array<string>, 
/**
 * What those scopes allow, in plain words, for those of them that there are words for.
 */
inWords: { [key in string]: string }, 
/**
 * Whether the provider has a page of connected apps, which `openConnectedApps` opens.
 */
hasConnectedApps: boolean, 
/**
 * The session.
 */
session: SessionView, };

/**
 * What is known of an account's session.
 */
export type SessionView = { 
/**
 * Whether it can be used.
 */
state: SessionState, 
/**
 * When the person signed in.
 */
signedInAt: number, 
/**
 * When tokens were last renewed.
 */
refreshedAt: number, 
/**
 * When the access token expires; `None` when the provider did not say.
 */
accessExpiresAt: number | null, 
/**
 * Whether a refresh token is held, so that the session goes on by itself.
 */
renewsItself: boolean, };

/**
 * Whether a session can be used.
 */
export type SessionState = "active" | "ended";

/**
 * Where secrets are kept, as true as it can be said.
 */
export type Keeping = { "in": "checking" } | { "in": "keychain", 
/**
 * `GNOME Keyring`, `Windows Credential Manager`.
 */
name: string, } | { "in": "passphrase" } | { "in": "memory", 
/**
 * Why.
 */
problem: Problem, };

/**
 * What to sign in with.
 */
export type SignInRequest = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * The door to use; chosen by itself when absent.
 */
door?: Door, 
/**
 * Who is expected: passed to the provider as `login_hint`.
 */
loginHint?: string, 
/**
 * The account whose session is renewed: the provider is told its e-mail address as `login_hint`.
 */
account?: string, };

/**
 * A client to use with a provider from now on, as a person typed it.
 */
export type ConfigureClient = { 
/**
 * The provider's id.
 */
provider: string, 
/**
 * `client_id`.
 */
clientId: string, 
/**
 * `client_secret`, where the provider wants one although it is not confidential.
 */
clientSecret?: string, };

/**
 * What a sign-out did, act by act.
 */
export type SignOutReport = { 
/**
 * Whose account it was.
 */
displayName: string, 
/**
 * The provider's name.
 */
providerName: string, 
/**
 * True when no record of the account is left here.
 */
forgotten: boolean, 
/**
 * True when it was the last account and the key is gone from the keychain too.
 */
keyDeleted: boolean, 
/**
 * What became of the tokens at the provider; `None` when they were left alone.
 */
revocation: Revocation | null, 
/**
 * What became of the browser's session at the provider; `None` when it was left alone.
 */
browserSession: BrowserSession | null, };

/**
 * What became of the tokens at the provider.
 */
export type Revocation = "revoked" | "unsupported" | "queued" | "refused" | "nothing-to-revoke";

/**
 * What became of the browser's session at the provider.
 */
export type BrowserSession = "asked" | "unsupported" | "provider-unavailable" | "browser-unavailable";

/**
 * What a sign-out does beside forgetting the account here, which it always does.
 */
export type SignOutActs = { 
/**
 * Ask the provider to take back what it gave.
 */
revoke: boolean, 
/**
 * Send the browser to the provider to sign out there.
 */
endBrowserSession: boolean, };

/**
 * What the removal of all data did.
 */
export type ForgetReport = { 
/**
 * How many accounts were signed out.
 */
accounts: number, 
/**
 * How many revocations could not be delivered; they are not tried again.
 */
undelivered: number, 
/**
 * True when the key is gone from the keychain.
 */
keyDeleted: boolean, 
/**
 * How many files could not be removed.
 */
left: number, };

/**
 * What the person chose about the window. The default is that nothing was chosen.
 */
export type Preferences = { 
/**
 * Its colours.
 */
theme: Theme, 
/**
 * The language of window, browser pages and messages; the system's when `None`.
 */
language: Language | null, 
/**
 * The door of every sign-in for which no other is asked; chosen by itself when `None`.
 */
door: Door | null, };

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * A language that there are words in, by its code (ISO 639-1).
 */
export type Language = "en" | "de" | "fr" | "es" | "ja" | "ar";

/**
 * A language to choose.
 */
export type LanguageView = { 
/**
 * Its code.
 */
code: Language, 
/**
 * What those who speak it call it.
 */
name: string, };

/**
 * A request to an adopter's own API, made in Rust with the account's access token.
 */
export type FetchRequest = { 
/**
 * An absolute https URL whose origin is allow-listed in `tauri.conf.json`.
 */
url: string, 
/**
 * `GET` when absent.
 */
method?: string, 
/**
 * Names and values; `Authorization`, `Cookie` and `Host` are refused.
 */
headers?: Array<[string, string]>, 
/**
 * The body as text.
 */
body?: string, };

/**
 * The answer to a [`FetchRequest`].
 */
export type FetchResponse = { 
/**
 * The HTTP status.
 */
status: number, 
/**
 * Names and values, without `Set-Cookie`, `WWW-Authenticate` and the like.
 */
headers: Array<[string, string]>, 
/**
 * The body as text; bytes that are not UTF-8 are replaced.
 */
body: string, };

/**
 * One message on the channel of `examine`: first what is looked at, then each finding as it is made.
 */
export type ExaminationUpdate = { "type": "checks", 
/**
 * All checks that are made, in the order to show.
 */
checks: Array<CheckView>, } | { "type": "finding", 
/**
 * What it found.
 */
finding: FindingView, };

/**
 * Something that is looked at.
 */
export type CheckView = { 
/**
 * Names it: `link-owner`.
 */
id: string, 
/**
 * What it is called, in the person's language.
 */
title: string, };

/**
 * What one check found, in the person's language.
 */
export type FindingView = { 
/**
 * The check: `link-owner`.
 */
check: string, 
/**
 * How it stands.
 */
state: FindingState, 
/**
 * The same as a word, in the person's language.
 */
label: string, 
/**
 * What was seen, or why nothing was.
 */
text: string, 
/**
 * What the person can do, where there is something.
 */
remedy: string | null, 
/**
 * What the program can do about it, where it can.
 */
repair: RepairView | null, 
/**
 * True for the check that takes the person's own click: `examineBrowserLink` makes it.
 */
awaitsPerson: boolean, };

/**
 * How something stands.
 */
export type FindingState = "good" | "advice" | "broken" | "not-checked";

/**
 * A button that mends something.
 */
export type RepairView = { 
/**
 * What to pass to `repair`: `register-links`.
 */
id: string, 
/**
 * What the button says, in the person's language.
 */
label: string, };

/**
 * Which story is asked for: that of a flow, or the last one of an account; with neither, the last one of all.
 */
export type StoryRequest = { 
/**
 * The id of a sign-in.
 */
flow?: string, 
/**
 * An account, whose last sign-in it is.
 */
account?: string, };

/**
 * One sign-in, renewal or sign-out, as far as it has come.
 */
export type StoryView = { 
/**
 * Names it in `copyReport`. Not a secret.
 */
flow: string, 
/**
 * What it was for.
 */
kind: StoryKind, 
/**
 * The provider's name.
 */
providerName: string, 
/**
 * The door it came back by, once that was open.
 */
door: Door | null, 
/**
 * When it began.
 */
beganAt: number, 
/**
 * Who takes part, in the order to show.
 */
parties: Array<PartyView>, 
/**
 * Its steps, in the order in which they began.
 */
steps: Array<StepView>, 
/**
 * How many steps were left out because there were too many.
 */
leftOut: number, 
/**
 * How it ended; `None` while it is under way.
 */
ended: StoryEnd | null, 
/**
 * The step at which it stopped, by its number in `steps`, if it failed at one.
 */
stoppedAt: number | null, };

/**
 * What it was for.
 */
export type StoryKind = "sign-in" | "refresh" | "sign-out";

/**
 * How it ended.
 */
export type StoryEnd = { 
/**
 * How long it took, in milliseconds.
 */
afterMs: number, 
/**
 * What it failed with; `None` when it did what it was for.
 */
problem: Problem | null, };

/**
 * The same thing said twice, in the person's language.
 */
export type Said = { 
/**
 * In plain words.
 */
plain: string, 
/**
 * In the standards' terms.
 */
developer: string, };

/**
 * Who takes part.
 */
export type PartyView = { 
/**
 * Which one.
 */
id: Party, 
/**
 * What it is called.
 */
name: Said, };

/**
 * Who takes part.
 */
export type Party = "person" | "browser" | "doorkey" | "provider";

/**
 * One step: an arrow of the diagram.
 */
export type StepView = { 
/**
 * What it is: `code-exchange`.
 */
kind: string, 
/**
 * What it is called.
 */
name: Said, 
/**
 * Who begins it.
 */
from: Party, 
/**
 * With whom; the same as `from` for what happens inside.
 */
to: Party, 
/**
 * The host, with the port where it is not the usual one.
 */
host: string | null, 
/**
 * When it began, in milliseconds since the beginning.
 */
beganMs: number, 
/**
 * How long it took, in milliseconds; `None` while it is under way.
 */
durationMs: number | null, 
/**
 * The HTTP status of the answer.
 */
status: number | null, 
/**
 * How it went.
 */
outcome: StepOutcome, 
/**
 * What it failed with, or why it was put off.
 */
problem: Problem | null, 
/**
 * What was sent or came, redacted.
 */
parameters: Array<ParameterView>, 
/**
 * The checks, in the order in which they were made.
 */
checks: Array<CheckMade>, };

/**
 * How a step went.
 */
export type StepOutcome = "under-way" | "done" | "remembered" | "needless" | "put-off" | "failed" | "abandoned";

/**
 * A parameter of a request or an answer.
 */
export type ParameterView = { 
/**
 * Its name on the wire.
 */
name: string, 
/**
 * Its value, where it may be shown and is not long.
 */
value: string | null, };

/**
 * A check that was made.
 */
export type CheckMade = { 
/**
 * What was checked.
 */
name: Said, 
/**
 * The section of the standard that asks for it.
 */
section: string, 
/**
 * How it went.
 */
result: CheckResult, 
/**
 * Why it was skipped, if it was.
 */
skipped: Said | null, };

/**
 * How a check went.
 */
export type CheckResult = "passed" | "failed" | "skipped";

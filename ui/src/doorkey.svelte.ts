import type {
  AccountView,
  Backend,
  ConfigureClient,
  Door,
  ForgetReport,
  Preferences,
  Problem,
  SignInRequest,
  SignOutActs,
  StoryRequest,
  Update,
} from './backend';
import { language } from './language.svelte';
import { asProblem } from './problem';
import { apply, screenOf, type Doing, type Screen, type Told } from './screen';
import { plain } from './plain';
import { sentence, words } from './words';

const idle: Doing = {
  starting: null,
  putAway: [],
  adding: false,
  configuring: null,
  selected: null,
  report: null,
  visiting: null,
  refused: null,
};

/** The window's state, and what a person can do in it. */
export class Doorkey {
  /** What the Rust side has told; `null` until its first word. */
  told = $state.raw<Told | null>(null);
  /** What a live region says. */
  said = $state('');
  /** A line for the strip at the top that comes from the window itself. */
  remark = $state<string | null>(null);

  #doing = $state.raw<Doing>(idle);
  /** What the sign-in on the screen was asked with, to ask the same again. */
  #asked: SignInRequest | null = null;
  /** The sign-in that is being asked for; the next one waits for it. */
  #starting: Promise<void> = Promise.resolve();
  /** Counts the askings: one that was overtaken or cancelled is not shown. */
  #attempt = 0;
  /** While a sign-in that was cancelled before it had an id is still being begun, one that is new here is that one. */
  #cancelledEarly = false;
  /** The last sign-in whose account was shown for it. */
  #welcomed: string | null = null;
  #stop: (() => void) | null = null;
  /** What was chosen about the window, until it is told; and how many times it is still to be kept, one after the other. */
  #wanted: Preferences | null = null;
  #saves = 0;
  #saving: Promise<void> = Promise.resolve();
  /** What came while the words of another language are loaded. */
  #unspoken: Update[] | null = null;

  readonly screen: Screen = $derived(screenOf(this.told, this.#doing));
  readonly app: string = $derived(this.told?.appName ?? '');

  constructor(readonly backend: Backend) {}

  /** Begins to listen. */
  async open(): Promise<void> {
    this.#do({ refused: null });
    try {
      this.#stop = await this.backend.watch((update) => {
        this.#hear(update);
      });
    } catch (error) {
      this.#do({ refused: { problem: asProblem(error), request: null } });
    }
  }

  /** Stops listening. */
  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** Asks for a sign-in. The waiting screen is there at once. */
  async signIn(request: SignInRequest): Promise<void> {
    const attempt = ++this.#attempt;
    this.#asked = request;
    this.remark = null;
    this.#do({ starting: { request, flow: null }, refused: null, report: null, configuring: null, visiting: null });
    const before = this.#starting;
    this.#starting = before.then(() => this.#begin(request, attempt));
    await this.#starting;
  }

  async #begin(request: SignInRequest, attempt: number): Promise<void> {
    if (attempt !== this.#attempt) return;
    try {
      const flow = await this.backend.signIn(request);
      if (attempt !== this.#attempt) await this.#leave(flow, true);
      else if (this.told?.flow?.id === flow) this.#do({ starting: null });
      else this.#do({ starting: { request, flow } });
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#do({ starting: null, refused: { problem: asProblem(error), request } });
    } finally {
      this.#cancelledEarly = false;
    }
  }

  /** Renews the session of an account that has ended. */
  signInAgain(account: AccountView): Promise<void> {
    return this.signIn({
      provider: account.provider,
      account: account.id,
      ...(account.email === null ? {} : { loginHint: account.email }),
    });
  }

  /** Asks for the same sign-in anew, perhaps by another door; the one on the screen is put away. */
  async again(door?: Door): Promise<void> {
    const { screen } = this;
    if (!this.told) return this.open();
    const flow = screen.name === 'waiting' || screen.name === 'failed' ? screen.flow : null;
    const provider = flow?.provider ?? this.#doing.refused?.request?.provider ?? this.#asked?.provider;
    if (provider === undefined) {
      await this.dismiss();
      return;
    }
    const same = this.#asked?.provider === provider ? this.#asked : { provider };
    const request = door ? { ...same, door } : same;
    const attempt = ++this.#attempt;
    this.#do({ starting: { request, flow: null }, refused: null });
    if (flow) await this.#leave(flow.id, screen.name === 'waiting');
    if (attempt === this.#attempt) await this.signIn(request);
  }

  /** Ends the sign-in that waits. */
  async cancel(): Promise<void> {
    const { screen } = this;
    if (screen.name !== 'waiting') return;
    const flow = screen.flow?.id ?? this.#doing.starting?.flow;
    this.#attempt += 1;
    this.#cancelledEarly = flow === undefined || flow === null;
    this.#do({ starting: null });
    this.#remark(words('cancelled-here'));
    if (flow) await this.#leave(flow, true);
  }

  /** Puts away what has failed. */
  async dismiss(): Promise<void> {
    const { screen } = this;
    this.#do({ refused: null });
    if (screen.name === 'failed' && screen.flow) await this.#leave(screen.flow.id, false);
  }

  /** Opens the browser once more. */
  async openAgain(flow: string): Promise<void> {
    await this.#try(this.backend.openAgain(flow), words('browser-asked-again'));
  }

  /** Copies the link of a sign-in that waits. True when it is on the clipboard. */
  copyLink(flow: string): Promise<boolean> {
    return this.#try(this.backend.copyLink(flow), words('link-copied'));
  }

  /** Copies the code of a sign-in that waits for it to be entered. True when it is on the clipboard. */
  copyCode(flow: string): Promise<boolean> {
    return this.#try(this.backend.copyLink(flow), words('code-copied'));
  }

  /** Shows the providers, to add an account. */
  add(): void {
    this.remark = null;
    this.#do({ adding: true, report: null, configuring: null });
  }

  /** Shows what the doctor finds; the way to a provider is looked at too: that of what is on the screen, else the first. */
  visitDoctor(): void {
    const { screen } = this;
    const flow = screen.name === 'failed' || screen.name === 'waiting' ? screen.flow : null;
    const account = screen.name === 'account' ? screen.account : null;
    const first = this.told?.providers.find(({ configured }) => configured)?.id ?? null;
    this.#do({ visiting: { place: 'doctor', provider: flow?.provider ?? account?.provider ?? first } });
  }

  /** Shows the settings. */
  visitSettings(): void {
    this.#do({ visiting: { place: 'settings' } });
  }

  /** Shows how something happened. */
  visitStory(request: StoryRequest): void {
    this.#do({ visiting: { place: 'story', request } });
  }

  /** Comes back from there. */
  leaveVisit(): void {
    this.#do({ visiting: null });
  }

  /** Mends what the doctor found. True when nothing spoke against it. */
  repair(id: string): Promise<boolean> {
    return this.#try(this.backend.repair(id), words('repaired'));
  }

  /** Copies the redacted report of a story. True when it is on the clipboard. */
  copyReport(flow: string): Promise<boolean> {
    return this.#try(this.backend.copyReport(flow), words('report-copied'));
  }

  /** Goes back to where one was before `add` or `configure`, or leaves a report. */
  back(): void {
    this.#do({ report: null, ...(this.#doing.configuring === null ? { adding: false } : { configuring: null }) });
  }

  /** Shows an account. */
  select(account: string): void {
    this.remark = null;
    this.#do({ selected: account, adding: false, report: null, configuring: null });
  }

  /** Shows what to register at a provider; a failure that led here is put away. */
  async configure(provider: string): Promise<void> {
    this.remark = null;
    this.#do({ configuring: provider });
    await this.dismiss();
  }

  /** Opens the provider's console in the browser. */
  async openConsole(provider: string): Promise<void> {
    await this.#try(this.backend.openRegistration(provider));
  }

  /** Opens the provider's own page of connected apps in the browser. */
  async openConnectedApps(provider: string): Promise<void> {
    await this.#try(this.backend.openConnectedApps(provider));
  }

  /** Sets a provider's client. Gives what it was refused with. */
  async saveClient(client: ConfigureClient): Promise<Problem | null> {
    try {
      await this.backend.configureClient(client);
      return null;
    } catch (error) {
      return asProblem(error);
    }
  }

  /** Keeps what was chosen about the window. */
  async prefer(change: Partial<Preferences>): Promise<void> {
    if (!this.told) return;
    // What was chosen a moment ago may not have been told yet, and is not to be lost.
    const wanted = (this.#wanted = { ...(this.#wanted ?? this.told.preferences), ...change });
    this.#saves += 1;
    const before = this.#saving;
    this.#saving = before.then(() => this.#try(this.backend.setPreferences(wanted))).then(() => undefined);
    await this.#saving;
    this.#saves -= 1;
  }

  /** Removes all that is kept, and what was chosen in the window. What it did; `null` when it could not be begun. */
  async forgetEverything(): Promise<ForgetReport | null> {
    try {
      return await this.backend.forgetEverything();
    } catch (error) {
      if (this.told) this.told = { ...this.told, notice: asProblem(error) };
      return null;
    }
  }

  /** Signs an account out and shows what that did. */
  async signOut(account: string, acts: SignOutActs): Promise<void> {
    try {
      const report = await this.backend.signOut(account, acts);
      this.remark = null;
      this.#do({ report, selected: null, adding: false });
    } catch (error) {
      this.#do({ refused: { problem: asProblem(error), request: null } });
    }
  }

  /** Tries again to keep secrets on disk. True when nothing spoke against it. */
  unlock(): Promise<boolean> {
    return this.#try(this.backend.unlock());
  }

  /** Puts the strip at the top away. */
  async closeStrip(): Promise<void> {
    this.remark = null;
    if (!this.told?.notice) return;
    this.told = { ...this.told, notice: null };
    await this.#try(this.backend.forgetNotice());
  }

  /** In which order they came is kept, also while the words of a snapshot's language are loaded. */
  #hear(update: Update): void {
    if (this.#unspoken) {
      this.#unspoken.push(update);
    } else if (update.type === 'snapshot' && update.language !== language.code) {
      const unspoken = (this.#unspoken = [update]);
      void language.speak(update.language).then(() => {
        this.#unspoken = null;
        for (const one of unspoken) this.#take(one);
      });
    } else {
      this.#take(update);
    }
  }

  #take(update: Update): void {
    const before = this.told;
    this.told = apply(before, update);
    if (update.type === 'snapshot' && this.#saves === 0) this.#wanted = null;
    this.#noticeReady(before);
    const flow = this.told?.flow;
    if (!flow) return;
    if (this.#cancelledEarly && flow.id !== before?.flow?.id) this.#putAway(flow.id);
    if (this.#doing.starting?.flow === flow.id) this.#do({ starting: null });
    const { stage } = flow;
    if (stage.at === 'signed-in') this.#welcome(flow.id, stage.account);
    // One that was cancelled here has now ended there: nothing of it is left to tell.
    else if (stage.at === 'failed' && this.#doing.putAway.includes(flow.id)) void this.#leave(flow.id, false);
  }

  /** Shows the account of a sign-in that has succeeded, once its account is known. */
  #welcome(flow: string, id: string): void {
    const account = this.told?.accounts.find((one) => one.id === id);
    if (!account || this.#welcomed === flow) return;
    this.#welcomed = flow;
    this.remark = null;
    this.#do({ starting: null, selected: id, adding: false, configuring: null, report: null, refused: null });
    this.said = words('account-signed-in', { name: plain(account.displayName) });
    void this.#leave(flow, false);
  }

  /** A client file that was dropped on the window, or the form, has set a provider up. */
  #noticeReady(before: Told | null): void {
    const id = this.#doing.configuring;
    if (id === null || !before || before.providers.find((one) => one.id === id)?.configured !== false) return;
    const provider = this.told?.providers.find((one) => one.id === id);
    if (!provider?.configured) return;
    this.#do({ configuring: null });
    this.#remark(sentence(words('client-ready', { provider: plain(provider.name, 60) })));
  }

  /** Puts a sign-in away, here and there. That it is gone already is no harm. */
  async #leave(flow: string, waiting: boolean): Promise<void> {
    this.#putAway(flow);
    try {
      await (waiting ? this.backend.cancel(flow) : this.backend.dismiss(flow));
    } catch {
      // It is over there, too.
    }
  }

  async #try(act: Promise<void>, done?: string): Promise<boolean> {
    try {
      await act;
      if (done !== undefined) this.said = done;
      return true;
    } catch (error) {
      if (this.told) this.told = { ...this.told, notice: asProblem(error) };
      return false;
    }
  }

  #remark(text: string): void {
    this.remark = text;
    this.said = text;
  }

  #putAway(flow: string): void {
    this.#do({ putAway: [...this.#doing.putAway, flow] });
  }

  #do(change: Partial<Doing>): void {
    this.#doing = { ...this.#doing, ...change };
  }
}

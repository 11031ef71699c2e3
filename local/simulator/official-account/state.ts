import type { Clock } from '../clock.ts';
import { Quotas } from '../quotas.ts';
import type { RandomText } from '../random-text.ts';
import { type Account, type AccountSettings, toAccount } from './account.ts';
import { MassMessageBook, type MassMessageTimes } from './mass-message-book.ts';
import { TokenBook } from './tokens.ts';

/** Everything that WeChat remembers about Official Accounts. */
export class OfficialAccountState {
  readonly clock: Clock;
  readonly random: RandomText;
  readonly tokens: TokenBook;
  readonly messages: MassMessageBook;
  readonly quotas = new Quotas();
  /** By appid: the time of the last one. */
  readonly forcedRefreshes = new Map<string, number>();
  readonly accounts = new Map<string, Account>();
  readonly #initial: readonly AccountSettings[];
  constructor(clock: Clock, random: RandomText, times: MassMessageTimes, accounts: readonly AccountSettings[]) {
    this.clock = clock;
    this.random = random;
    this.tokens = new TokenBook(clock, random);
    this.messages = new MassMessageBook(clock, times);
    this.#initial = accounts;
    for (const settings of accounts) this.put(settings);
  }

  /** Adds the account, or gives the one with this appid other settings; its tokens and messages stay. */
  put(settings: AccountSettings) {
    this.accounts.set(settings.appid, toAccount(settings));
  }

  reset() {
    this.tokens.clear();
    this.messages.clear();
    this.quotas.clear();
    this.forcedRefreshes.clear();
    this.accounts.clear();
    for (const settings of this.#initial) this.put(settings);
  }
}

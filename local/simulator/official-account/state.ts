import type { Clock } from '../clock.ts';
import { AuthorizationBook } from '../component/authorizations.ts';
import { Quotas } from '../quotas.ts';
import type { RandomText } from '../random-text.ts';
import { type Account, type AccountSettings, toAccount } from './account.ts';
import { Refusal } from './errors.ts';
import type { MassMessage } from './mass-message.ts';
import { MassMessageBook, type MassMessageTimes } from './mass-message-book.ts';
import { TokenBook } from './tokens.ts';

/** Everything that WeChat remembers about Official Accounts. */
export class OfficialAccountState {
  readonly clock: Clock;
  readonly random: RandomText;
  readonly tokens: TokenBook;
  readonly messages: MassMessageBook;
  readonly authorizations: AuthorizationBook;
  /** Each named `<what> <appid>`. */
  readonly quotas = new Quotas();
  /** By appid: how often its quotas were cleared. */
  readonly clears = new Quotas();
  /** By appid: the time of the last one. */
  readonly forcedRefreshes = new Map<string, number>();
  readonly accounts = new Map<string, Account>();
  readonly #initial: readonly AccountSettings[];
  constructor(
    clock: Clock,
    random: RandomText,
    times: MassMessageTimes,
    accounts: readonly AccountSettings[],
    onMessage: (message: MassMessage) => void,
  ) {
    this.clock = clock;
    this.random = random;
    this.tokens = new TokenBook(clock, random);
    this.messages = new MassMessageBook(clock, times, onMessage);
    this.authorizations = new AuthorizationBook(clock, random);
    this.#initial = accounts;
    for (const settings of accounts) this.put(settings);
  }

  /** Adds the account, or gives the one with this appid other settings; its tokens and messages stay. */
  put(settings: AccountSettings) {
    this.accounts.set(settings.appid, toAccount(settings));
  }

  /**
   * Counts one call of the account, its platforms' calls too.
   * @throws Refusal with `errcode` when `limit` were made in this period already
   */
  use(quota: string, appid: string, period: number, limit: number, errcode = 45009) {
    if (!this.quotas.use(`${quota} ${appid}`, period, limit)) throw new Refusal(errcode);
  }

  clearQuotas(appid: string) {
    this.quotas.clear((name) => name.endsWith(` ${appid}`));
  }

  reset() {
    this.tokens.clear();
    this.messages.clear();
    this.authorizations.clear();
    this.quotas.clear();
    this.clears.clear();
    this.forcedRefreshes.clear();
    this.accounts.clear();
    for (const settings of this.#initial) this.put(settings);
  }
}

import { isUsable } from '../../shared/domain/token-schedule.ts';
import { DynamoAccountStore } from '../../shared/store/account-store.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { AccountNotFoundError } from '../../shared/store/errors.ts';
import { AccountRows } from './account-rows.ts';
import { AccountSecrets } from './account-secrets.ts';
import { accountAsJson, accountTable, shownTime } from './account-table.ts';
import { addAccount, assertSameAccount } from './add-account.ts';
import { ask, readSecret, type Terminal } from './ask.ts';
import { checkAccount } from './check-account.ts';
import type { Clients } from './clients.ts';
import { CommandFailure } from './command-failure.ts';
import type { Command } from './command-line.ts';
import { type DeployedStage, findStage } from './deployed-stage.ts';
import { explainFailure } from './explain-failure.ts';
import { countFollowed } from './followed-messages.ts';
import { commandLine } from './help.ts';
import { refreshThroughFunction } from './refresh-through-function.ts';
import { removeAccount } from './remove-account.ts';

export interface Surroundings {
  readonly clients: Clients;
  readonly terminal: Terminal;
  /** Results, and remarks on the way. */
  readonly print: (text: string) => void;
  readonly remark: (text: string) => void;
  readonly now: () => Date;
}
type Named<Name extends Command['name']> = Extract<Command, { readonly name: Name }>;

/** @throws CommandFailure, and what AWS throws */
export const runCommand = async (command: Exclude<Command, Named<'help'>>, surroundings: Surroundings): Promise<void> => {
  const stage = await findStage(surroundings.clients.cloudFormation, command.stage);
  const operation = new Operation(stage, surroundings);
  switch (command.name) {
    case 'add':
      return operation.add(command);
    case 'check':
      return operation.check(command['account-id']);
    case 'list':
      return operation.list(command);
    case 'remove':
      return operation.remove(command);
  }
};

/** One command on one stage. */
class Operation {
  readonly #stage: DeployedStage;
  readonly #around: Surroundings;
  readonly #accounts: DynamoAccountStore;
  readonly #rows: AccountRows;
  readonly #secrets: AccountSecrets;

  constructor(stage: DeployedStage, around: Surroundings) {
    const tables = documentClient(around.clients.tables);
    this.#stage = stage;
    this.#around = around;
    this.#accounts = new DynamoAccountStore(tables, stage.accountsTable);
    this.#rows = new AccountRows(tables, stage.accountsTable);
    this.#secrets = new AccountSecrets(around.clients.secrets, stage.name, stage.kmsKey);
  }

  async add({ 'account-id': accountId, appid, kind }: Named<'add'>): Promise<void> {
    const { print, remark, terminal, now } = this.#around;
    await assertSameAccount(this.#accounts, accountId, { kind, appid }); // before anybody types a secret
    const secret = await readSecret(`AppSecret of ${appid} (it is not shown): `, terminal);
    // Simulated accounts have other ones.
    if (this.#stage.name !== 'local') {
      if (!/^wx[0-9a-f]{16}$/.test(appid)) remark(`Note: WeChat's AppIDs are wx and 16 of 0-9 and a-f, and ${appid} is not.`);
      if (!/^[0-9a-f]{32}$/.test(secret)) remark("Note: WeChat's AppSecrets are 32 of 0-9 and a-f, and this one is not.");
    }
    const dependencies = { accounts: this.#accounts, rows: this.#rows, secrets: this.#secrets };
    const isNew = await addAccount(dependencies, accountId, { kind, appid, secret }, now());
    print(
      isNew ? `Added ${accountId} (${appid}) to stage ${this.#stage.name}.` : `${accountId} was there already; its AppSecret is replaced.`,
    );
    await this.check(accountId);
  }

  async check(accountId: string): Promise<void> {
    const { clients, now, print } = this.#around;
    const refresh = refreshThroughFunction(clients.functions, this.#stage.refreshTokenFunction);
    const checked = await checkAccount({ accounts: this.#accounts, refresh }, accountId).catch((error: unknown) => {
      throw error instanceof AccountNotFoundError ? this.#unknown(accountId) : error;
    });
    if ('failure' in checked) {
      const { token, upstream_id: appid } = checked.account;
      const about = { stage: this.#stage, accountId, appid, servesUntil: isUsable(token, now()) ? token.expires_at : undefined };
      throw new CommandFailure(explainFailure(checked.failure, about));
    }
    const { account, expires_at, handedOutAgain } = checked;
    const which =
      handedOutAgain && account.token ? `again the token that the service has had since ${shownTime(account.token.fetched_at)}` : 'a token';
    print(`WeChat gave the service ${which} for ${accountId}; it is valid until ${shownTime(expires_at)}.`);
  }

  async list({ json }: Named<'list'>): Promise<void> {
    const { print, now } = this.#around;
    const accounts = (await this.#accounts.all()).sort((a, b) => (a.account_id < b.account_id ? -1 : 1));
    if (json) return print(JSON.stringify(accounts.map(accountAsJson), null, 2));
    const { name } = this.#stage;
    if (accounts.length === 0)
      return print(`Stage ${name} has no accounts. To add one: ${commandLine('add', name, 'oa-main')} --appid APPID`);
    print(accountTable(accounts, now()));
  }

  async remove({ 'account-id': accountId, yes, now: immediately }: Named<'remove'>): Promise<void> {
    const { print, remark, terminal, clients } = this.#around;
    const [isThere, secrets] = await Promise.all([this.#rows.has(accountId), this.#secrets.find(accountId)]);
    if (!isThere && secrets.length === 0) throw this.#unknown(accountId);
    const followed = await countFollowed(documentClient(clients.tables), this.#stage.massMessagesTable, accountId);
    if (followed > 0)
      remark(`Mass messages of ${accountId} that are still on the way: ${followed}. Nobody follows them until the account is added again.`);
    if (!yes && (await ask(`To remove ${accountId} from stage ${this.#stage.name}, type its id: `, terminal)).trim() !== accountId)
      throw new CommandFailure('That is not its id: nothing was changed.');
    const gone = await removeAccount({ rows: this.#rows, secrets: this.#secrets }, accountId, { immediately });
    const until =
      gone && !immediately ? ` Its secrets are deleted after ${shownTime(gone)}; until then, adding it again restores them.` : '';
    print(`${accountId} is removed from stage ${this.#stage.name}; the records of its messages stay.${until}`);
  }

  #unknown(accountId: string): CommandFailure {
    const { name } = this.#stage;
    return new CommandFailure(`Stage ${name} has no account ${accountId}. ${commandLine('list', name)} shows those that it has.`);
  }
}

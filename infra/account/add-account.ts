import type { Account } from '../../shared/domain/account.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import { AccountNotFoundError } from '../../shared/store/errors.ts';
import type { Credentials } from '../../shared/tokens/credentials.ts';
import type { AccountRows } from './account-rows.ts';
import type { AccountSecrets } from './account-secrets.ts';
import { CommandFailure } from './command-failure.ts';

export interface AddDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly rows: Pick<AccountRows, 'create' | 'endPause'>;
  readonly secrets: Pick<AccountSecrets, 'writeCredential' | 'readmitToken'>;
}

/**
 * Adds an account, or replaces the credential of one that is there. The secrets come first: a row without them would be
 * tried in vain every minute. Cut off anywhere, it is mended by the next time.
 * @returns whether the account is new
 * @throws CommandFailure when the id belongs to another account of WeChat's
 */
export const addAccount = async (
  { accounts, rows, secrets }: AddDependencies,
  accountId: string,
  credential: Credentials,
  now: Date,
): Promise<boolean> => {
  await assertSameAccount(accounts, accountId, credential);
  await secrets.writeCredential(accountId, credential);
  await secrets.readmitToken(accountId);
  const isNew = await rows.create({
    account_id: accountId,
    kind: credential.kind,
    upstream_id: credential.appid,
    created_at: now.toISOString(),
    attention: {},
  });
  if (isNew) return true;
  await assertSameAccount(accounts, accountId, credential); // somebody else may have been adding it too
  await rows.endPause(accountId);
  return false;
};

/** @throws CommandFailure when the id is taken by another account of WeChat's: its messages would be looked for in the wrong place */
export const assertSameAccount = async (
  accounts: Pick<AccountStore, 'get'>,
  accountId: string,
  { kind, appid }: Pick<Credentials, 'kind' | 'appid'>,
): Promise<void> => {
  const present = await findAccount(accounts, accountId);
  if (present && (present.kind !== kind || present.upstream_id !== appid))
    throw new CommandFailure(
      `${accountId} is the account with AppID ${present.upstream_id} (${present.kind}) already. Choose another id, or remove that account first.`,
    );
};

const findAccount = async (accounts: Pick<AccountStore, 'get'>, accountId: string): Promise<Account | undefined> =>
  accounts.get(accountId).catch((error: unknown) => {
    if (error instanceof AccountNotFoundError) return undefined;
    throw error;
  });

import type { Account } from '../../shared/domain/account.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import { AccountNotFoundError } from '../../shared/store/errors.ts';
import { type Credentials, upstreamIdOf } from '../../shared/tokens/credentials.ts';
import type { PushSecret } from '../../shared/wechat/push/open-push.ts';
import type { AccountRows } from './account-rows.ts';
import type { AccountSecrets, Replacement } from './account-secrets.ts';
import { CommandFailure } from './command-failure.ts';
import { addLine, commandLine } from './help.ts';

export interface AddDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly rows: Pick<AccountRows, 'create' | 'endPause' | 'moveToPlatform'>;
  readonly secrets: Pick<AccountSecrets, 'writeCredential' | 'placeCredential' | 'writePush' | 'readmit' | 'disinherit'>;
}

/** What this command writes: of the accounts that have an AppID. */
export type AddedCredential = Extract<Credentials, { appid: string }>;

/** What the account's token is asked for with, and for a third-party platform what its pushes are signed with. */
export interface Given {
  readonly credential: AddedCredential;
  readonly push?: PushSecret | undefined;
}

export interface Added {
  readonly isNew: boolean;
  /** What the credential replaced, of the same account. */
  readonly replaced?: Replacement | undefined;
  /** What pushes are signed with took the place of another. */
  readonly replacesPush: boolean;
  /** The secret that another system writes, and whether it was made just now. */
  readonly placed?: { readonly arn: string | undefined; readonly isNew: boolean } | undefined;
}

/**
 * Adds an account, or replaces the credential of one that is there. The secrets come first: a row without them would be
 * tried in vain every minute. Cut off anywhere, it is mended by the next time. An id that no account has inherits nothing.
 * @throws CommandFailure when the id belongs to another account of WeChat's
 */
export const addAccount = async (
  { accounts, rows, secrets }: AddDependencies,
  accountId: string,
  { credential, push }: Given,
  now: Date,
): Promise<Added> => {
  const isThere = await assertSameAccount(accounts, accountId, credential);
  await (isThere ? secrets.readmit(accountId) : secrets.disinherit(accountId));
  const written =
    credential.kind === 'official_account_external_token'
      ? { placed: await secrets.placeCredential(accountId, credential) }
      : { replaced: await secrets.writeCredential(accountId, credential).then((replaced) => (isThere ? replaced : undefined)) };
  const replacesPush = push !== undefined && (await secrets.writePush(accountId, push));
  const platform = credential.kind === 'authorized_official_account' ? credential.platform : undefined;
  const isNew = await rows.create({
    account_id: accountId,
    kind: credential.kind,
    upstream_id: upstreamIdOf(credential),
    created_at: now.toISOString(),
    attention: {},
    ...(platform !== undefined && { platform }),
  });
  if (isNew) return { isNew, replacesPush, ...written };
  await assertSameAccount(accounts, accountId, credential); // somebody else may have been adding it too
  if (platform !== undefined) await rows.moveToPlatform(accountId, platform);
  await rows.endPause(accountId);
  return { isNew, replacesPush, ...written };
};

/**
 * @returns whether it is there already
 * @throws CommandFailure when the id is taken by another account of WeChat's: its messages would be looked for in the wrong place
 */
export const assertSameAccount = async (
  accounts: Pick<AccountStore, 'get'>,
  accountId: string,
  { kind, appid }: Pick<AddedCredential, 'kind' | 'appid'>,
): Promise<boolean> => {
  const present = await findAccount(accounts, accountId);
  if (present && (present.kind !== kind || present.upstream_id !== appid))
    throw new CommandFailure(
      `${accountId} is the account with AppID ${present.upstream_id} (${present.kind}) already. Choose another id, or remove that account first.`,
    );
  return present !== undefined;
};

/** @throws CommandFailure when there is no such platform: nothing could be asked for through it */
export const assertPlatform = async (accounts: Pick<AccountStore, 'get'>, stage: string, platform: string): Promise<void> => {
  const present = await findAccount(accounts, platform);
  if (!present) {
    const add = addLine(stage, { account_id: platform, kind: 'third_party_platform', upstream_id: 'ITS_APPID' });
    throw new CommandFailure(
      `Stage ${stage} has no third-party platform ${platform}. ${commandLine('list', stage)} shows what it has; to add it: ${add}`,
    );
  }
  if (present.kind !== 'third_party_platform') throw new CommandFailure(`${platform} is no third-party platform, it is ${present.kind}.`);
};

export const findAccount = async (accounts: Pick<AccountStore, 'get'>, accountId: string): Promise<Account | undefined> =>
  accounts.get(accountId).catch((error: unknown) => {
    if (error instanceof AccountNotFoundError) return undefined;
    throw error;
  });

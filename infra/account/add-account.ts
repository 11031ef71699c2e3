import type { Account } from '../../shared/domain/account.ts';
import type { AccountStore } from '../../shared/store/account-store.ts';
import { AccountNotFoundError } from '../../shared/store/errors.ts';
import { type Credentials, upstreamIdOf } from '../../shared/tokens/credentials.ts';
import type { PushSecret } from '../../shared/wechat/push/open-push.ts';
import type { AccountRows } from './account-rows.ts';
import type { AccountSecrets, Replacement } from './account-secrets.ts';
import { CommandFailure } from './command-failure.ts';
import { addLine, commandLine, placeholder } from './help.ts';
import { isKeptElsewhere, roleOf, termsOf } from './terms.ts';

export interface AddDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly rows: Pick<AccountRows, 'create' | 'endPause' | 'moveToPlatform'>;
  readonly secrets: Pick<AccountSecrets, 'writeCredential' | 'placeCredential' | 'writePush' | 'readmit' | 'disinherit'>;
}

/** What the account's token is asked for with, and for a third-party platform or a suite what its pushes are signed with. */
export interface Given {
  readonly credential: Credentials;
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
  const { kind } = credential;
  const upstream_id = upstreamIdOf(credential);
  const isThere = await assertSameAccount(accounts, accountId, { kind, upstream_id });
  await (isThere ? secrets.readmit(accountId) : secrets.disinherit(accountId));
  const written = isKeptElsewhere(kind)
    ? { placed: await secrets.placeCredential(accountId, credential, { isThere }) }
    : { replaced: await secrets.writeCredential(accountId, credential).then((replaced) => (isThere ? replaced : undefined)) };
  const replacesPush = push !== undefined && (await secrets.writePush(accountId, push));
  const platform = throughOf(credential);
  const isNew = await rows.create({
    account_id: accountId,
    kind,
    upstream_id,
    created_at: now.toISOString(),
    attention: {},
    ...(platform !== undefined && { platform }),
  });
  if (isNew) return { isNew, replacesPush, ...written };
  await assertSameAccount(accounts, accountId, { kind, upstream_id }); // somebody else may have been adding it too
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
  { kind, upstream_id }: Pick<Account, 'kind' | 'upstream_id'>,
): Promise<boolean> => {
  const present = await findAccount(accounts, accountId);
  if (present && (present.kind !== kind || present.upstream_id !== upstream_id))
    throw new CommandFailure(
      `${accountId} is the account with ${termsOf(present.kind).id} ${present.upstream_id} (${present.kind}) already. Choose another id, or remove that account first.`,
    );
  return present !== undefined;
};

/** The account_id of the platform or suite that the account's token is had through. */
const throughOf = (credential: Credentials): string | undefined => {
  if ('platform' in credential) return credential.platform;
  return 'suite' in credential ? credential.suite : undefined;
};

/** @throws CommandFailure when there is no such platform or suite: nothing could be asked for through it */
export const assertServes = async (
  accounts: Pick<AccountStore, 'get'>,
  stage: string,
  accountId: string,
  kind: 'third_party_platform' | 'wecom_suite',
): Promise<void> => {
  const present = await findAccount(accounts, accountId);
  if (!present) {
    const add = addLine(stage, { account_id: accountId, kind, upstream_id: placeholder[kind] });
    throw new CommandFailure(
      `Stage ${stage} has no ${roleOf(kind)} ${accountId}. ${commandLine('list', stage)} shows what it has; to add it: ${add}`,
    );
  }
  if (present.kind !== kind) throw new CommandFailure(`${accountId} is no ${roleOf(kind)}, it is ${present.kind}.`);
};

export const findAccount = async (accounts: Pick<AccountStore, 'get'>, accountId: string): Promise<Account | undefined> =>
  accounts.get(accountId).catch((error: unknown) => {
    if (error instanceof AccountNotFoundError) return undefined;
    throw error;
  });

import type { Account } from '../domain/account.ts';
import { DomainError } from '../errors.ts';
import { asLogged, logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import { AccountNotFoundError } from '../store/errors.ts';
import type { PushSecrets } from '../tokens/push-secrets.ts';
import { answerVerification, openPush, type PushSecret } from '../wechat/push/open-push.ts';
import { PushRefusedError, PushUnreadableError } from '../wechat/push/push-refused.ts';
import { textOf, type XmlFields } from '../wechat/push/xml.ts';
import type { PushHandlers } from './push-handler.ts';

/** There is no such account, or nothing was agreed with WeChat for it. */
export class CallbackNotFoundError extends DomainError {
  readonly code = 'CALLBACK_NOT_FOUND';
}

export interface ReceiveCallbackDependencies {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly secrets: PushSecrets;
  readonly handlers: PushHandlers;
  readonly now?: () => Date;
}

interface Address {
  readonly account_id: string;
  readonly appid?: string | undefined;
}

/** What WeChat sends to `/callbacks/{account_id}`, and to `/callbacks/{account_id}/{appid}` for accounts that authorized a platform. */
export const makeReceiveCallback = ({ accounts, secrets, handlers, now = () => new Date() }: ReceiveCallbackDependencies) => {
  const accountAt = (accountId: string): Promise<Account> =>
    accounts.get(accountId).catch((cause: unknown) => {
      throw cause instanceof AccountNotFoundError ? new CallbackNotFoundError(cause.message, { cause }) : cause;
    });

  /** What does not fit the secret may fit the one that has replaced it. */
  const open = async <T>(accountId: string, as: (secret: PushSecret, account: Account) => T): Promise<{ account: Account; opened: T }> => {
    const secret = await secrets.read(accountId);
    if (!secret) throw new CallbackNotFoundError(`account ${accountId} has no secret for pushes`);
    const account = await accountAt(accountId);
    try {
      return { account, opened: as(secret, account) };
    } catch (error) {
      const newer = error instanceof PushRefusedError ? await secrets.readAnew(accountId) : undefined;
      if (!newer) throw error;
      return { account, opened: as(newer, account) };
    }
  };

  const handle = async (account: Account, { appid }: Address, fields: XmlFields): Promise<void> => {
    const type = textOf(fields, 'InfoType') ?? textOf(fields, 'Event') ?? textOf(fields, 'MsgType') ?? '';
    const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
    if (handler) await handler({ account, appid, fields, receivedAt: now() });
    else logger.info('push ignored', { account_id: account.account_id, type: type.slice(0, 64) });
  };

  return {
    /** What WeChat's console wants to read. @throws CallbackNotFoundError, PushRefusedError */
    async verify({ account_id }: Address, query: unknown): Promise<string> {
      const { opened } = await open(account_id, (secret, { kind, upstream_id }) =>
        // For a suite, WeCom's console names the provider's own corpid in its stead, which nobody told us.
        answerVerification({ query, secret, receiveId: kind === 'wecom_suite' ? undefined : upstream_id, now: now() }),
      );
      return opened;
    },

    /** Returns once it is stored, and for what is not for us to store. @throws CallbackNotFoundError, PushRefusedError, and what handlers throw */
    async receive(address: Address, query: unknown, body: Uint8Array): Promise<void> {
      const { account_id } = address;
      try {
        const { account, opened } = await open(account_id, (secret, { upstream_id }) =>
          openPush({ query, body, secret, receiveId: upstream_id, now: now() }),
        );
        await handle(account, address, opened);
      } catch (error) {
        if (!(error instanceof PushUnreadableError)) throw error;
        logger.error('push cannot be read', { account_id, error: asLogged(error) });
      }
    },
  };
};

import type { AccountKind } from '../domain/account.ts';
import { logger } from '../logger.ts';
import { textOf } from '../wechat/push/xml.ts';
import type { Push, PushHandler } from './push-handler.ts';

/**
 * For a push to accounts of one kind, which is about what the element `name` holds. One without it, or to an account of another kind,
 * would be no better if it were sent again.
 */
export const needing =
  (kind: AccountKind, name: string, handle: (text: string, push: Push) => Promise<void>): PushHandler =>
  async (push) => {
    const { account, fields } = push;
    const text = textOf(fields, name);
    if (account.kind === kind && text) return handle(text, push);
    const type = textOf(fields, 'InfoType');
    logger.error('a push makes no sense', { account_id: account.account_id, kind: account.kind, type, needs: name });
  };

import { logger } from '../logger.ts';
import type { AuthorizationChange, makeAuthorizationChanged, makeReceiveTicket } from '../tokens/platform-pushes.ts';
import { textOf, type XmlFields } from '../wechat/push/xml.ts';
import type { Push, PushHandler, PushHandlers } from './push-handler.ts';

interface PlatformHandlerDependencies {
  readonly receiveTicket: ReturnType<typeof makeReceiveTicket>;
  readonly authorizationChanged: ReturnType<typeof makeAuthorizationChanged>;
}

/**
 * What WeChat pushes to a third-party platform about itself and its authorizations, by InfoType.
 * https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html
 */
export const platformHandlers = ({ receiveTicket, authorizationChanged }: PlatformHandlerDependencies): PushHandlers => {
  const changed = (change: AuthorizationChange): PushHandler =>
    needing('AuthorizerAppid', async (authorizerAppid, { account: platform, fields, receivedAt: now }) => {
      await authorizationChanged({ platform, authorizerAppid, change, createdAt: createdAt(fields), now });
    });
  return {
    component_verify_ticket: needing('ComponentVerifyTicket', async (ticket, { account, receivedAt: now }) => {
      await receiveTicket({ account, ticket, now });
    }),
    authorized: changed('authorized'),
    updateauthorized: changed('updateauthorized'),
    unauthorized: changed('unauthorized'),
  };
};

/** With what the push is about. One without it, or to an account that is no platform, would be no better if it were sent again. */
const needing =
  (name: string, handle: (text: string, push: Push) => Promise<void>): PushHandler =>
  async (push) => {
    const { account_id, kind } = push.account;
    const text = textOf(push.fields, name);
    if (kind === 'third_party_platform' && text) return handle(text, push);
    logger.error('a push about a third-party platform makes no sense', {
      account_id,
      kind,
      type: textOf(push.fields, 'InfoType'),
      needs: name,
    });
  };

const createdAt = (fields: XmlFields): Date | undefined => {
  const seconds = textOf(fields, 'CreateTime') ?? '';
  return /^\d{9,10}$/.test(seconds) ? new Date(Number(seconds) * 1000) : undefined;
};

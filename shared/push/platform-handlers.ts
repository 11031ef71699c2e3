import type { AuthorizationChange, makeAuthorizationChanged, makeReceiveTicket } from '../tokens/platform-pushes.ts';
import { textOf, type XmlFields } from '../wechat/push/xml.ts';
import { needing } from './needing.ts';
import type { PushHandler, PushHandlers } from './push-handler.ts';

const kind = 'third_party_platform';

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
    needing(kind, 'AuthorizerAppid', async (authorizerAppid, { account: platform, fields, receivedAt: now }) => {
      await authorizationChanged({ platform, authorizerAppid, change, createdAt: createdAt(fields), now });
    });
  return {
    component_verify_ticket: needing(kind, 'ComponentVerifyTicket', async (ticket, { account, receivedAt: now }) => {
      await receiveTicket({ account, ticket, now });
    }),
    authorized: changed('authorized'),
    updateauthorized: changed('updateauthorized'),
    unauthorized: changed('unauthorized'),
  };
};

const createdAt = (fields: XmlFields): Date | undefined => {
  const seconds = textOf(fields, 'CreateTime') ?? '';
  return /^\d{9,10}$/.test(seconds) ? new Date(Number(seconds) * 1000) : undefined;
};

import type { makeReceiveTicket } from '../tokens/platform-pushes.ts';
import { needing } from './needing.ts';
import type { PushHandlers } from './push-handler.ts';

/**
 * What WeCom pushes to a provider's suite, by InfoType. What becomes of an authorization is found out by the next call for a token.
 * https://developer.work.weixin.qq.com/document/path/90628
 */
export const suiteHandlers = ({ receiveTicket }: { readonly receiveTicket: ReturnType<typeof makeReceiveTicket> }): PushHandlers => ({
  suite_ticket: needing('wecom_suite', 'SuiteTicket', async (ticket, { account, receivedAt: now }) => {
    await receiveTicket({ account, ticket, now });
  }),
});

import type { Account } from '../../shared/domain/account.ts';
import { shownTime, ticketsStoppedAt } from './account-table.ts';
import { pushAddress } from './callback-addresses.ts';
import type { DeployedStage } from './deployed-stage.ts';
import { commandLine } from './help.ts';
import { ticketServes, upstreamOf } from './terms.ts';

/** Of a third-party platform or suite that has a token, but will get no other; undefined: its tickets arrive. */
export const explainStoppedTickets = (stage: Pick<DeployedStage, 'name' | 'apiUrl'>, account: Account, now: Date): string | undefined => {
  const { account_id, kind } = account;
  const since = ticketsStoppedAt(account, now);
  if (since === undefined) return undefined;
  const address = pushAddress(stage, account_id);
  const upstream = upstreamOf(kind);
  return [
    `${upstream}'s pushes to ${account_id} do not arrive any more: the last ticket that was kept came at ${shownTime(since)}, and serves for ${ticketServes(kind)}.`,
    kind === 'wecom_suite'
      ? `  Check that the URL for instructions (指令回调URL) is ${address}, and that Token and EncodingAESKey are the same in WeCom.`
      : `  Check that authorization events (授权事件接收配置) go to ${address}, and that Token and EncodingAESKey are the same in WeChat.`,
    `  To write them anew: ${commandLine('push', stage.name, account_id)}`,
  ].join('\n');
};

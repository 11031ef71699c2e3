import type { Account } from '../domain/account.ts';
import { isWorthKeeping, waitsForTicket } from '../domain/ticket-schedule.ts';
import { type AttentionDependencies, raiseAttention } from '../events/attention.ts';
import { logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import { authorizationLapsed } from './failure.ts';
import type { TicketWriter } from './ticket-vault.ts';

export interface ReceiveTicketDependencies {
  readonly accounts: Pick<AccountStore, 'noteTicket'>;
  readonly tickets: TicketWriter;
}

/**
 * Keeps a component_verify_ticket, of those that come every ten minutes one an hour, or a suite_ticket, and at once where a renewal
 * waits for it.
 * https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html
 * https://developer.work.weixin.qq.com/document/path/90628
 * The secret comes before the row: a row that speaks of a ticket that is not there would keep the next ones out.
 * @returns whether it was worth keeping
 * @throws TokenSecretUnusableError
 */
export const makeReceiveTicket =
  ({ accounts, tickets }: ReceiveTicketDependencies) =>
  async ({ account, ticket, now }: { readonly account: Account; readonly ticket: string; readonly now: Date }): Promise<boolean> => {
    if (!isWorthKeeping(account, now)) return false;
    const { account_id, kind, token_failure: failure } = account;
    await tickets.write(account_id, ticket, kind === 'wecom_suite' ? 'suite_ticket' : 'component_verify_ticket');
    await accounts.noteTicket(account_id, now, failure && waitsForTicket(failure) ? failure : undefined);
    logger.info('ticket kept', { account_id });
    return true;
  };

/** WeChat's names of what an owner does with an authorization. */
export type AuthorizationChange = 'authorized' | 'updateauthorized' | 'unauthorized';

export interface AuthorizationChangedDependencies extends AttentionDependencies {
  readonly accounts: Pick<AccountStore, 'all' | 'changeAuthorization' | 'clearAttention' | 'raiseAttention' | 'markAttentionPublished'>;
}

export interface AuthorizationPush {
  readonly platform: Account;
  readonly authorizerAppid: string;
  readonly change: AuthorizationChange;
  /** CreateTime of the push. One that comes late does not undo what a newer one said. Left out: now. */
  readonly createdAt?: Date | undefined;
  readonly now: Date;
}

/**
 * An owner authorized the platform, changed what it may do, or withdrew it. The code that the push carries is not used: what is
 * authorized is asked for by the next renewal, which is due at once.
 * https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/authorize_event.html
 * @returns how many accounts it was about; an account that nobody added is a matter for the log and no failure
 */
export const makeAuthorizationChanged = (dependencies: AuthorizationChangedDependencies) => {
  const { accounts } = dependencies;

  const change = async ({ account_id, attention }: Account, { change: what, createdAt, now }: AuthorizationPush): Promise<void> => {
    const lapsed = what === 'unauthorized';
    const changed = { changed_at: (createdAt ?? now).toISOString(), lapsed };
    const noted = await accounts.changeAuthorization(account_id, changed);
    logger.info(noted ? 'authorization changed' : 'authorization changed before something newer', { account_id, change: what, ...changed });
    if (!noted) return;
    const { code, hint } = authorizationLapsed;
    if (attention.token) await accounts.clearAttention(account_id, 'token');
    // Sent again by WeChat, it is no second alarm.
    const told = lapsed && attention.authorization?.code === code;
    if (attention.authorization && !told) await accounts.clearAttention(account_id, 'authorization');
    if (lapsed) await raiseAttention(dependencies, account_id, 'authorization', { code, hint }, now);
  };

  return async (push: AuthorizationPush): Promise<number> => {
    const { platform, authorizerAppid: appid } = push;
    const concerned = (await accounts.all()).filter(
      ({ kind, upstream_id, platform: by = platform.account_id }) =>
        kind === 'authorized_official_account' && upstream_id === appid && by === platform.account_id,
    );
    for (const account of concerned) await change(account, push);
    if (concerned.length === 0) logger.warn('no account has this AppID', { appid, platform: platform.account_id, ...whatToDo(push) });
    return concerned.length;
  };
};

const whatToDo = ({ platform, authorizerAppid, change }: AuthorizationPush) => ({
  change,
  hint: `To have Waybill serve it: npm run account -- add --stage <stage> --account-id <a new id> --kind authorized_official_account --appid ${authorizerAppid} --platform ${platform.account_id}`,
});

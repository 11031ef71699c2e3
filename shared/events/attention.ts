import { type Account, type Attention, type AttentionSubject, attentionSubject } from '../domain/account.ts';
import { asLogged, logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { EventBus } from './event-bus.ts';

export interface AttentionDependencies {
  readonly accounts: Pick<AccountStore, 'raiseAttention' | 'markAttentionPublished'>;
  readonly events: EventBus;
}

/**
 * Notes on the account's row that a person has to look at it, and says so once on the bus. The note comes first: should
 * the event not get out now, `publishPending` sends it. A failure of the bus is logged and does not stop the caller.
 */
export const raiseAttention = async (
  { accounts, events }: AttentionDependencies,
  accountId: string,
  subject: AttentionSubject,
  what: Omit<Attention, 'since' | 'published'>,
  now: Date,
): Promise<void> => {
  const attention = { ...what, since: now.toISOString(), published: false };
  if (await accounts.raiseAttention(accountId, subject, attention)) await publish({ accounts, events }, accountId, subject, attention);
};

/** Sends what an earlier process noted and did not get out. */
export const publishPending = async (dependencies: AttentionDependencies, account: Account): Promise<void> => {
  for (const subject of attentionSubject.options) {
    const attention = account.attention[subject];
    if (attention && !attention.published) await publish(dependencies, account.account_id, subject, attention);
  }
};

const publish = async (
  { accounts, events }: AttentionDependencies,
  accountId: string,
  subject: AttentionSubject,
  { published: _, ...what }: Attention,
): Promise<void> => {
  const detail = { version: 1 as const, id: `${accountId}/${subject}/${what.since}`, account_id: accountId, subject, ...what };
  try {
    await events.publish([{ type: 'account.attention', detail, at: what.since }]);
    await accounts.markAttentionPublished(accountId, subject, what.since);
  } catch (error) {
    logger.warn('attention not published yet', { account_id: accountId, subject, error: asLogged(error) });
  }
};

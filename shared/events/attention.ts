import { type Account, type Attention, type AttentionSubject, attentionSubject, type UntoldAttention } from '../domain/account.ts';
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
  if (!(await accounts.raiseAttention(accountId, subject, attention))) return;
  await publish(events, accountId, { subject, ...attention }, () => accounts.markAttentionPublished(accountId, subject, attention.since));
};

export interface PendingAttentionDependencies extends AttentionDependencies {
  readonly accounts: Pick<AccountStore, 'markAttentionPublished' | 'markUntoldPublished' | 'raiseAttention'>;
}

/** Sends what an earlier process noted and did not get out, also where it is over by now. */
export const publishPending = async ({ accounts, events }: PendingAttentionDependencies, account: Account): Promise<void> => {
  const { account_id, untold = [] } = account;
  // From the end, since those behind one that leaves move up.
  for (const [index, over] of [...untold.entries()].reverse())
    await publish(events, account_id, over, () => accounts.markUntoldPublished(account_id, index, over));
  for (const subject of attentionSubject.options) {
    const attention = account.attention[subject];
    if (attention && !attention.published)
      await publish(events, account_id, { subject, ...attention }, () =>
        accounts.markAttentionPublished(account_id, subject, attention.since),
      );
  }
};

const publish = async (
  events: EventBus,
  accountId: string,
  { published: _, ...what }: UntoldAttention & Partial<Pick<Attention, 'published'>>,
  mark: () => Promise<unknown>,
): Promise<void> => {
  const { subject, since } = what;
  const detail = { version: 1 as const, id: `${accountId}/${subject}/${since}`, account_id: accountId, ...what };
  try {
    await events.publish([{ type: 'account.attention', detail, at: since }]);
    await mark();
  } catch (error) {
    logger.warn('attention not published yet', { account_id: accountId, subject, error: asLogged(error) });
  }
};

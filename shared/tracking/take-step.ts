import { follow, published, toldLater } from '../domain/follow.ts';
import { isLookedAt, isSettled, type MassMessage } from '../domain/mass-message.ts';
import { knownStatuses } from '../domain/observation.ts';
import { keepsStalling } from '../domain/resume.ts';
import { secondsAfter, wholeSecondsUntil } from '../domain/time.ts';
import type { TrackingSchedule } from '../domain/tracking-schedule.ts';
import { raiseAttention } from '../events/attention.ts';
import type { EventBus } from '../events/event-bus.ts';
import { unpublishedEvents } from '../events/events.ts';
import { asLogged, logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import { changeRow } from '../store/change-row.ts';
import { MassMessageNotFoundError } from '../store/errors.ts';
import type { MassMessageStore } from '../store/mass-message-store.ts';
import type { Execution } from './executions.ts';
import type { Look, makeLook } from './look.ts';

export interface TakeStepDependencies {
  readonly accounts: Pick<AccountStore, 'raiseAttention' | 'markAttentionPublished' | 'clearAttention'>;
  readonly messages: Pick<MassMessageStore, 'get' | 'save'>;
  readonly events: EventBus;
  readonly look: ReturnType<typeof makeLook>;
  readonly schedule: TrackingSchedule;
  readonly now?: () => Date;
}

/** What the state machine hands on: it goes round until `settled`, and knows nothing else. */
export type Step = Execution & ({ readonly settled: true } | { readonly settled: false; readonly wait_seconds: number });

// After the look come six calls to AWS at most, some of them tried again: a look that takes all the time would never be stored.
const storingSeconds = 15;

/**
 * One step of an execution: look at WeChat, store what follows from it, tell the bus. Repeating a step that died anywhere
 * is harmless: nothing stored means nothing happened, and an event that goes out twice carries the same id.
 */
export const makeTakeStep = (dependencies: TakeStepDependencies) => {
  const { accounts, messages, events, look, schedule } = dependencies;
  const now = dependencies.now ?? (() => new Date());

  const store = (message: MassMessage, change: (current: MassMessage) => MassMessage | undefined): Promise<MassMessage> =>
    changeRow(message, change, {
      read: () => messages.get(message.account_id, message.msg_id),
      save: (next) => messages.save(next),
    });

  const publish = async (message: MassMessage): Promise<MassMessage> => {
    const pending = unpublishedEvents(message);
    const finished = isSettled(message.state) && message.next_step_at !== undefined;
    if (pending.length === 0 && !finished) return message;
    try {
      await events.publish(pending);
    } catch (error) {
      logger.warn('events not published yet', { msg_id: message.msg_id, error: asLogged(error) });
      // A bus that is down does not stop the looking; once there is nothing else left to do, the next step is for its sake.
      return finished ? store(message, (current) => toldLater(current, now())) : message;
    }
    const last = message.history.at(-1)?.n ?? 0;
    return store(message, (current) => published(current, last));
  };

  /** Before the row is stored: what is done here again after a crash is done once. */
  const tend = async (before: MassMessage, next: MassMessage, { attention }: Look): Promise<void> => {
    const { account_id, msg_id } = next;
    // Every time: the message that was named for it may have got on.
    if (attention && next.blocked_by) await raiseAttention({ accounts, events }, account_id, 'api', { ...attention, msg_id }, now());
    else if (before.blocked_by && before.blocked_by !== next.blocked_by) await accounts.clearAttention(account_id, 'api', msg_id);
  };

  const lookAndStore = async (message: MassMessage, execution: Execution, deadline: Date): Promise<MassMessage> => {
    const { account_id, msg_id } = execution;
    const seen = await look(account_id, msg_id, secondsAfter(deadline, -storingSeconds));
    const { observation } = seen;
    if (observation.seen === 'no_answer') logger.warn('nothing learned', { account_id, msg_id, ...observation });
    if (observation.seen === 'status' && !knownStatuses.has(observation.status))
      logger.warn('WeChat has a new word for a status', { account_id, msg_id, status: observation.status });
    await tend(message, follow(message, observation, now(), schedule), seen);
    return store(message, (current) =>
      !isLookedAt(current, now()) || isOlder(execution, current) ? undefined : follow(current, observation, now(), schedule),
    );
  };

  return async (execution: Execution, deadline: Date): Promise<Step> => {
    const { account_id, msg_id, attempt } = execution;
    const over: Step = { account_id, msg_id, attempt, settled: true };
    let message: MassMessage;
    try {
      message = await messages.get(account_id, msg_id);
    } catch (error) {
      if (!(error instanceof MassMessageNotFoundError)) throw error;
      logger.error('nothing to follow', { account_id, msg_id });
      return over;
    }
    if (isOlder(execution, message)) return over;
    const stalledBefore = keepsStalling(message);
    if (isLookedAt(message, now())) message = await lookAndStore(message, execution, deadline);
    // Whatever settled it, a push, a deletion or the clock: what was in the way of looking at it is so no longer.
    if (isSettled(message.state)) await accounts.clearAttention(account_id, 'api', msg_id);
    if (isOlder(execution, message)) return over;
    message = await publish(message);
    if (stalledBefore) await accounts.clearAttention(account_id, 'tracking', msg_id);
    if (message.next_step_at === undefined) return over;
    return { account_id, msg_id, attempt, settled: false, wait_seconds: wholeSecondsUntil(message.next_step_at, now()) };
  };
};

/** `resume-stalled` has handed the message to a newer execution. */
const isOlder = (execution: Execution, message: MassMessage): boolean => execution.attempt < message.attempt;

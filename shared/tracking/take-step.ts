import { follow, published } from '../domain/follow.ts';
import { isSettled, type MassMessage } from '../domain/mass-message.ts';
import { wholeSecondsUntil } from '../domain/time.ts';
import type { TrackingSchedule } from '../domain/tracking-schedule.ts';
import { raiseAttention } from '../events/attention.ts';
import type { EventBus } from '../events/event-bus.ts';
import { unpublishedEvents } from '../events/events.ts';
import { logger } from '../logger.ts';
import type { AccountStore } from '../store/account-store.ts';
import { MassMessageNotFoundError, StaleRowError } from '../store/errors.ts';
import type { MassMessageStore } from '../store/mass-message-store.ts';
import type { Execution } from './executions.ts';
import type { Look, makeLook } from './look.ts';

export interface TakeStepDependencies {
  readonly accounts: AccountStore;
  readonly messages: Pick<MassMessageStore, 'get' | 'save'>;
  readonly events: EventBus;
  readonly look: ReturnType<typeof makeLook>;
  readonly schedule: TrackingSchedule;
  readonly now?: () => Date;
}

/** What the state machine hands on: it goes round until `settled`, and knows nothing else. */
export type Step = Execution & ({ readonly settled: true } | { readonly settled: false; readonly wait_seconds: number });

// Other writers of a row are a push and another execution: a row that changes this often under our hands is a fault.
const mostRereads = 5;

/**
 * One step of an execution: look at WeChat, store what follows from it, tell the bus. Repeating a step that died anywhere
 * is harmless: nothing stored means nothing happened, and an event that goes out twice carries the same id.
 */
export const makeTakeStep = (dependencies: TakeStepDependencies) => {
  const { accounts, messages, events, look, schedule } = dependencies;
  const now = dependencies.now ?? (() => new Date());

  /** Stores `change` of the row, again and again on the row as it then is, until it is stored or no longer wanted. */
  const store = async (message: MassMessage, change: (current: MassMessage) => MassMessage | undefined): Promise<MassMessage> => {
    let current = message;
    for (let reread = 0; ; reread++) {
      const next = change(current);
      if (!next) return current;
      try {
        await messages.save(next);
        return next;
      } catch (error) {
        if (!(error instanceof StaleRowError) || reread === mostRereads) throw error;
        current = await messages.get(message.account_id, message.msg_id);
      }
    }
  };

  const publish = async (message: MassMessage): Promise<MassMessage> => {
    const pending = unpublishedEvents(message);
    const finished = isSettled(message.state) && message.next_step_at !== undefined;
    if (pending.length === 0 && !finished) return message;
    try {
      await events.publish(pending);
    } catch (error) {
      // A bus that is down does not stop the looking; once there is nothing else left to do, the step is repeated for its sake.
      if (isSettled(message.state)) throw error;
      logger.warn('events not published yet', { msg_id: message.msg_id, error: error instanceof Error ? error : String(error) });
      return message;
    }
    const last = message.history.at(-1)?.n ?? 0;
    return store(message, (current) => published(current, last));
  };

  const tend = async ({ account, attention, observation }: Look, { account_id, msg_id }: Execution) => {
    if (observation.seen === 'no_answer') logger.warn('nothing learned', { account_id, msg_id, ...observation });
    if (attention) await raiseAttention({ accounts, events }, account_id, 'api', attention, now());
    else if (observation.seen !== 'no_answer')
      for (const subject of ['api', 'tracking'] as const)
        if (account?.attention[subject]) await accounts.clearAttention(account_id, subject);
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
    if (!isSettled(message.state)) {
      const seen = await look(account_id, msg_id, deadline);
      await tend(seen, execution);
      message = await store(message, (current) =>
        isSettled(current.state) || isOlder(execution, current) ? undefined : follow(current, seen.observation, now(), schedule),
      );
      if (isOlder(execution, message)) return over;
    }
    message = await publish(message);
    if (message.next_step_at === undefined) return over;
    return { account_id, msg_id, attempt, settled: false, wait_seconds: wholeSecondsUntil(message.next_step_at, now()) };
  };
};

/** `resume-stalled` has handed the message to a newer execution. */
const isOlder = (execution: Execution, message: MassMessage): boolean => execution.attempt < message.attempt;

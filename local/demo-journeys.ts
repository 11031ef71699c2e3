import { styleText } from 'node:util';
import * as z from 'zod';
import { historyLine } from './message-lines.ts';
import type { Progress } from './progress.ts';
import { demoAccount, type LocalStack } from './stack.ts';

type Script = NonNullable<Parameters<LocalStack['simulator']['control']['createMassMessage']>[0]>;
type Order = Parameters<LocalStack['simulator']['control']['tellAdministrator']>[1];

/** How one message of the demo goes, and how it must end. */
export interface Journey {
  readonly label: string;
  readonly script?: Script;
  /** What the administrator does once asked; without one, nobody is asked. */
  readonly order?: Order;
  readonly end: string;
  /** Of WeChat's pushes only that of a message that says so arrives: the others are found out by asking. */
  readonly push?: true;
  /** Once it is settled: @returns what is wrong. */
  readonly after?: (stack: LocalStack, msgId: string, say: (text: string) => void) => Promise<string | undefined>;
}

const counts = { total_count: 1000, filter_count: 980, sent_count: 975, error_count: 5 };
/** Longer than the demo waits: what ends such a message is its push, which comes shortly before the end. */
const long = { to_all: false, sending_seconds: 120 };

const record = z.object({
  basis: z.string(),
  counts: z.object({ total_count: z.int(), sent_count: z.int(), error_count: z.int() }).nullable(),
  pushed: z.object({ status: z.string(), meaning: z.string().optional() }).optional(),
});
const deletion = z.object({ outcome: z.string(), asked_at: z.string(), asked_by: z.string() });

const path = (msgId: string) => `/v1/accounts/${demoAccount.account_id}/mass-messages/${msgId}`;
const recordOf = async ({ api }: LocalStack, msgId: string) => record.parse(await (await api.fetch(path(msgId))).json());

/** The numbers, which nothing but the push tells. */
const showCounts: NonNullable<Journey['after']> = async (stack, msgId, say) => {
  const { basis, counts: told } = await recordOf(stack, msgId);
  if (basis !== 'pushed' || told === null) return 'was not settled by the push';
  say(`pushed before the next look: ${told.sent_count} of ${told.total_count} received it, ${told.error_count} failed`);
  return told.sent_count === counts.sent_count ? undefined : 'has counts that WeChat did not push';
};

/** In words. */
const showReason: NonNullable<Journey['after']> = async (stack, msgId, say) => {
  const { pushed } = await recordOf(stack, msgId);
  say(`${pushed?.status}: ${pushed?.meaning}`);
  return pushed?.meaning === undefined ? 'was rejected without a reason' : undefined;
};

/** Twice: the second time is answered from the record. */
const deleteTwice: NonNullable<Journey['after']> = async ({ api, simulator }, msgId, say) => {
  const asked = () => simulator.control.calls(0).counts['/cgi-bin/message/mass/delete'] ?? 0;
  const before = asked();
  const ask = async () => {
    const answer = await api.fetch(`${path(msgId)}?all=true`, { method: 'DELETE' });
    return deletion.parse(await answer.json());
  };
  const first = await ask();
  say(`deleted, asked for by ${first.asked_by}`);
  const again = await ask();
  say(`asked again: ${again.outcome}, from the record; WeChat was called ${asked() - before === 1 ? 'once' : `${asked() - before} times`}`);
  const same = again.asked_at === first.asked_at && asked() - before === 1;
  return same && simulator.control.truth(msgId) === 'deleted' ? undefined : 'was not deleted just once';
};

export const journeys: readonly Journey[] = [
  { label: 'confirmed', order: { action: 'confirm', after_seconds: 3 }, end: 'sent', after: deleteTwice },
  { label: 'refused', order: { action: 'refuse', after_seconds: 5 }, end: 'confirmation_refused' },
  { label: 'nobody acts', order: { action: 'sleep' }, end: 'confirmation_expired' },
  { label: 'pushed', script: { ...long, counts }, end: 'sent', push: true, after: showCounts },
  { label: 'rejected', script: { ...long, result: 'rejected', status: 'err(20008)' }, end: 'rejected', push: true, after: showReason },
];

/** An administrator who is asked late acts the sooner: a quarter of what is left of the window, so that a look after it sees it in time. */
const actsIn = ({ after_seconds = 0, ...order }: Order, deadline: string | undefined): Order => {
  const left = deadline === undefined ? Number.POSITIVE_INFINITY : (Date.parse(deadline) - Date.now()) / 1000;
  return { ...order, after_seconds: Math.max(0, Math.min(after_seconds, left / 4)) };
};

const followedWithinMs = 90_000;

/** @returns what is wrong with how it went. */
export const travel = async (stack: LocalStack, progress: Progress, journey: Journey, msg_id: string): Promise<string | undefined> => {
  const { simulator, api, signal } = stack;
  const { account_id } = demoAccount;
  const say = (text: string) => progress.line(`  ${journey.label.padEnd(12)} ${styleText('dim', `          ${text}`)}`);
  const { submitted_at } = simulator.control.createMassMessage({ msg_id, ...journey.script, push: journey.push ? 'deliver' : 'drop' });
  await api.register(account_id, { msg_id, submitted_at, label: journey.label });
  const limit = AbortSignal.timeout(followedWithinMs);
  let state = 'submitted';
  try {
    for await (const { record, news } of api.follow(account_id, msg_id, AbortSignal.any([signal, limit]))) {
      if (journey.order && news.some(({ state: now }) => now === 'awaiting_confirmation'))
        simulator.control.tellAdministrator(msg_id, actsIn(journey.order, record.confirmation_deadline));
      if (journey.push && news.some(({ state: now }) => now === 'sending')) await simulator.control.pushNow(msg_id);
      for (const entry of news) progress.line(`  ${journey.label.padEnd(12)} ${historyLine(entry, record, new Date())}`);
      state = record.state;
    }
  } catch (error) {
    if (!limit.aborted) throw error;
    return `'${journey.label}' is still ${state} after ${followedWithinMs / 1000} s`;
  }
  if (state !== journey.end) return `'${journey.label}' ended as ${state} instead of ${journey.end}`;
  const wrong = await journey.after?.(stack, msg_id, say);
  return wrong && `'${journey.label}' ${wrong}`;
};

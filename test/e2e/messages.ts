import type { ApiClient, MassMessageRecord } from '../../local/api-client.ts';
import { demoAccount, type LocalStack } from '../../local/stack.ts';

const { account_id, appid } = demoAccount;
type Script = Parameters<LocalStack['simulator']['control']['createMassMessage']>[0];

let nextId = Date.now();
/** A mass message that WeChat has accepted and Waybill follows, by asking: its push is lost unless the script says otherwise. */
export const send = async ({ simulator, api }: Pick<LocalStack, 'simulator' | 'api'>, script: Script = {}): Promise<string> => {
  const msg_id = String(nextId++);
  const { submitted_at } = simulator.control.createMassMessage({ appid, msg_id, push: 'drop', ...script });
  await api.register(account_id, { msg_id, submitted_at });
  return msg_id;
};

/** Follows a message until it is as `wanted`, or settled. */
export const until = async (
  api: ApiClient,
  msgId: string,
  seconds: number,
  wanted: (record: MassMessageRecord) => boolean = () => false,
): Promise<MassMessageRecord> => {
  const limit = AbortSignal.timeout(seconds * 1000);
  let last: MassMessageRecord | undefined;
  try {
    for await (const { record } of api.follow(account_id, msgId, limit)) {
      last = record;
      if (wanted(record)) break;
    }
  } catch (error) {
    throw limit.aborted ? new Error(`after ${seconds} s: ${JSON.stringify(last)}`, { cause: error }) : error;
  }
  if (last === undefined) throw new Error(`nothing is known of ${msgId}`);
  return last;
};

export const awaiting = ({ state }: MassMessageRecord): boolean => state === 'awaiting_confirmation';
export const statesOf = ({ history }: MassMessageRecord) => history.map(({ state }) => state);
/** Whether the administrator still has time. */
export const isOpen = ({ confirmation_deadline = '' }: MassMessageRecord, now: Date): boolean => now.toISOString() < confirmation_deadline;

import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { historyEntry, isSettled, massMessage } from '../shared/domain/mass-message.ts';
import { isOver } from '../shared/domain/sync.ts';
import { type GroupMessageView, groupMessageView } from '../shared/http/present-group-message.ts';
import { type SyncView, syncView } from '../shared/http/present-sync.ts';
import { rootCredentials, signer } from './aws.ts';

const record = massMessage.pick({ msg_id: true, state: true }).extend({
  confirmation_deadline: z.iso.datetime().optional(),
  history: z.array(historyEntry.pick({ n: true, at: true, state: true, basis: true })),
});
export type MassMessageRecord = z.infer<typeof record>;
export type HistoryLine = MassMessageRecord['history'][number];
const groupMessages = z.object({ group_messages: z.array(groupMessageView) });

const pollEveryMs = 300;

/** How a request shows whose it is. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;
export const signedBy = (credentials = rootCredentials): Send => {
  const client = signer('execute-api', credentials);
  return (url, init) => client.fetch(url, init);
};

/** The API as one of its callers sees it: HTTP and nothing else. */
export class ApiClient {
  /** The API's address, without the account. */
  readonly url: string;
  readonly #send: Send;
  constructor(url: string, send = signedBy()) {
    this.url = url;
    this.#send = send;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#send(`${this.url}${path}`, { signal: AbortSignal.timeout(30_000), ...init });
  }

  /** @throws when the answer is anything but 200 or 202. */
  async register(accountId: string, body: { msg_id: string; submitted_at?: string; label?: string }): Promise<MassMessageRecord> {
    return read(record, await this.#post(`/v1/accounts/${accountId}/mass-messages`, body));
  }

  async get(accountId: string, msgId: string): Promise<MassMessageRecord> {
    return read(record, await this.fetch(`/v1/accounts/${accountId}/mass-messages/${msgId}`));
  }

  /** Yields the record at each look, with the entries of its history that are new; ends when the message is settled. */
  async *follow(accountId: string, msgId: string, signal: AbortSignal): AsyncGenerator<{ record: MassMessageRecord; news: HistoryLine[] }> {
    let seen = -1;
    for (;;) {
      signal.throwIfAborted();
      const found = await this.get(accountId, msgId);
      const news = found.history.filter(({ n }) => n > seen);
      seen = news.at(-1)?.n ?? seen;
      yield { record: found, news };
      if (isSettled(found.state)) return;
      await sleep(pollEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** From where the last one ended, as the scheduled ones do. */
  async startSync(accountId: string): Promise<SyncView> {
    return read(syncView, await this.#post(`/v1/accounts/${accountId}/group-messages/sync`, {}));
  }

  /** Yields the sync at each look; ends when it is over. */
  async *followSync(accountId: string, syncId: string, signal: AbortSignal): AsyncGenerator<SyncView> {
    for (;;) {
      signal.throwIfAborted();
      const found = await read(syncView, await this.fetch(`/v1/accounts/${accountId}/syncs/${syncId}`));
      yield found;
      if (isOver(found)) return;
      await sleep(pollEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The newest. */
  async groupMessages(accountId: string): Promise<GroupMessageView[]> {
    const { group_messages } = await read(groupMessages, await this.fetch(`/v1/accounts/${accountId}/group-messages?limit=100`));
    return group_messages;
  }

  #post(path: string, body: object): Promise<Response> {
    return this.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }
}

/** @throws when the answer is anything but 200 or 202. */
const read = async <S extends z.ZodType>(schema: S, answer: Response): Promise<z.output<S>> => {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the API answered ${answer.status}: ${text.slice(0, 500)}`);
  return schema.parse(JSON.parse(text));
};

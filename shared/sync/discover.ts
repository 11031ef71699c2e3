import { channelOf, sendsMessages } from '../domain/channel.ts';
import { type ChatType, discovered } from '../domain/group-message.ts';
import type { Sync } from '../domain/sync.ts';
import { windowsOf } from '../domain/sync-windows.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { WireGroupMessage } from '../wechat/wecom.ts';
import { mostPerPage } from '../wechat/wecom.ts';
import { callerOf } from './caller-of.ts';
import type { AskingDependencies, Records } from './dependencies.ts';
import { readPages } from './read-pages.ts';
import { makeStep, type Run, type Turn } from './step.ts';

export interface DiscoverDependencies extends AskingDependencies, Pick<Records, 'groupMessages'> {
  readonly accounts: AskingDependencies['accounts'] & Pick<AccountStore, 'all'>;
}

/** Finds the messages that were created in the sync's period, in windows of at most a month, and stores those that are new. */
export const makeDiscover = (dependencies: DiscoverDependencies) => {
  const { accounts, groupMessages, wecom, schedule } = dependencies;

  /** Accounts whose syncs share the limits of one corp. */
  const sharing = async ({ account: { upstream_id } }: Run): Promise<number> => {
    const all = await accounts.all();
    const same = all.filter(({ kind, upstream_id: id }) => channelOf(kind) === 'wecom' && sendsMessages(kind) && id === upstream_id);
    return Math.max(1, same.length);
  };

  /** @returns how many are new */
  const store = async (run: Run, chatType: ChatType, messages: readonly WireGroupMessage[]): Promise<number> => {
    const { account_id } = run.row;
    const known = await groupMessages.known(
      account_id,
      messages.map(({ msgid }) => msgid),
    );
    let created = 0;
    for (const message of messages) {
      if (known.has(message.msgid)) continue;
      const row = discovered(account_id, chatType, message, run.now());
      if (!row) run.failed({ code: 'MESSAGE_UNREADABLE', detail: 'a msgid or a time that no record can hold', msgid: message.msgid });
      else if (await groupMessages.create(row)) created++;
    }
    return created;
  };

  return makeStep(dependencies, 'discover', async (run) => {
    if (run.row.phase === 'waiting')
      await run.save({
        phase: 'discovering',
        started_at: run.now().toISOString(),
        sharing: await sharing(run),
        discovering: { window: 0 },
      });
    if (!run.row.discovering) return whereItWas(run.row);
    const caller = callerOf(dependencies, run);
    const windows = windowsOf(run.row.period);
    for (let at = run.row.discovering; ; at = { window: at.window + 1 }) {
      const window = windows[at.window];
      if (!window) break;
      const outcome = await readPages({
        from: at.page,
        page: async (cursor) => {
          const { messages, nextCursor } = await caller.ask(run.callUntil, (accessToken) =>
            wecom.listGroupMessages({ ...window, accessToken, limit: mostPerPage.groupMessages, cursor, deadline: run.callUntil }),
          );
          run.did({ messages_found: messages.length, messages_new: await store(run, window.chatType, messages), calls: caller.takeMade() });
          return { nextCursor };
        },
        note: (page) => run.save({ discovering: { ...at, page } }),
        isOutOfTime: () => run.isOutOfTime(),
      }).finally(() => run.did({ calls: caller.takeMade() }));
      if (outcome.end === 'unfinished') {
        await run.save();
        return { next: 'discover' };
      }
      if (outcome.end === 'failed') run.failed(outcome.failure);
      const discovery_incomplete = run.row.discovery_incomplete || outcome.end === 'failed';
      await run.checkpoint({ discovery_incomplete, discovering: { window: at.window + 1 } });
    }
    await run.save({ discovering: undefined });
    return { next: 'select-due', wait_seconds: run.row.progress.messages_new > 0 ? schedule.index_lag_s : 0 };
  });
};

/** Every execution begins here: one that takes over goes on with the round of the one before. */
const whereItWas = ({ phase, round, shards }: Sync): Turn => {
  if (phase === 'reading_deliveries') return { next: 'sync-deliveries', shards: Object.keys(shards).map(Number) };
  if (phase === 'summarising') return { next: 'summarise' };
  return { next: round.length > 0 ? 'sync-tasks' : 'select-due' };
};

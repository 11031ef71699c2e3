import { type Simulator, startSimulator } from '../../../local/simulator/simulator.ts';
import { begun, isOver, newSyncId, resumedSync, type Sync } from '../../../shared/domain/sync.ts';
import { periodSince } from '../../../shared/sync/period.ts';
import { runInProcess } from '../../../shared/sync/run-in-process.ts';
import { makeSyncSteps, type SyncSteps } from '../../../shared/sync/steps.ts';
import { createWecomClient, wecomTransport } from '../../../shared/wechat/wecom.ts';
import { recordingBus } from '../../support/bus.ts';
import { prodSync } from '../../support/prod-sync.ts';
import type { SkippingClock } from './clock.ts';
import type { BenchTables } from './tables.ts';

export interface CorpOptions {
  readonly clock: SkippingClock;
  readonly members: number;
  readonly customers: number;
}

const [corpid, secret] = ['wwbench', 'secret of the bench'];
export const account_id = 'bench';
export const campaignBegin = new Date('2026-03-02T08:00:00.000Z');

/** A corp with one campaign in a simulator of its own. Seven of ten members have confirmed, and all of theirs is through. */
export const openCorp = async ({ clock, members, customers }: CorpOptions) => {
  const simulator = await startSimulator({ now: clock.now, seed: 'bench' });
  simulator.control.putCorp({ corpid, members, customers_per_member: customers, apps: [{ secret }] });
  const outcomes = { not_friend: 0.03, limit_reached: 0.02 };
  const { msgid } = simulator.control.createGroupMessage({ corpid, age_seconds: 3600, sending: { share: 0.7 }, outcomes });
  return { simulator, corpid, secret, msgid };
};
export type BenchCorp = Awaited<ReturnType<typeof openCorp>>;

/** One token for as long as it lives: what is measured is the sync. */
const tokenOf = ({ simulator }: { readonly simulator: Simulator }, { now, sleep }: SkippingClock) => {
  const wecom = createWecomClient(wecomTransport({ baseUrl: simulator.url, now, sleep }));
  let held: { readonly token: string; readonly until: number } | undefined;
  return async (): Promise<string> => {
    if (!held || held.until <= now().getTime()) {
      const { access_token, expires_in } = await wecom.getToken({ corpid, secret, deadline: new Date(now().getTime() + 10_000) });
      held = { token: access_token, until: now().getTime() + (expires_in - 60) * 1000 };
    }
    return held.token;
  };
};

/** Our sync of that corp: the steps as they are deployed, on real tables, and WeCom over HTTP. */
export const openSync = async (
  corp: BenchCorp,
  tables: BenchTables,
  clock: SkippingClock,
  { fetch, watch = (steps) => steps }: { readonly fetch?: typeof globalThis.fetch; readonly watch?: (steps: SyncSteps) => SyncSteps } = {},
) => {
  const { now, sleep } = clock;
  await tables.addAccount({
    account_id,
    kind: 'wecom_app',
    upstream_id: corp.corpid,
    created_at: campaignBegin.toISOString(),
    attention: {},
  });
  const token = tokenOf(corp, clock);
  const steps = makeSyncSteps({
    ...tables,
    events: recordingBus().bus,
    tokens: { withToken: async (_account, _deadline, call) => call(await token()) },
    wecom: createWecomClient(wecomTransport({ baseUrl: corp.simulator.url, now, sleep, ...(fetch && { fetch }) })),
    schedule: prodSync,
    now,
    sleep,
  });
  return {
    /** A whole sync, from its row to its end. */
    sync: async (): Promise<Sync> => {
      const period = periodSince(await tables.accounts.get(account_id), now(), prodSync);
      const row = begun({ account_id, sync_id: newSyncId(now()), trigger: 'schedule', selection: 'due', period }, now(), prodSync);
      await tables.syncs.create(row);
      for (let next = row; ; ) {
        await runInProcess(watch(steps), next, { now, sleep });
        const left = await tables.syncs.get(account_id, row.sync_id);
        if (isOver(left)) return left;
        // One execution left the rest to another, which start-due-syncs would start.
        next = resumedSync(left, now(), prodSync);
        await tables.syncs.takeOver(next, left);
      }
    },
  };
};

import { afterAll, beforeAll, expect } from 'vitest';
import { type CorpSettings, type Simulator, startSimulator } from '../../local/simulator/simulator.ts';
import type { Account } from '../../shared/domain/account.ts';
import type { Delivery } from '../../shared/domain/delivery.ts';
import type { GroupTask } from '../../shared/domain/group-task.ts';
import { begun, newSyncId, progressOf, type Sync } from '../../shared/domain/sync.ts';
import type { SyncSchedule } from '../../shared/domain/sync-schedule.ts';
import { periodSince } from '../../shared/sync/period.ts';
import { runInProcess } from '../../shared/sync/run-in-process.ts';
import { makeSyncSteps, type SyncDependencies } from '../../shared/sync/steps.ts';
import { makeRefreshToken } from '../../shared/tokens/refresh-token.ts';
import { renewalOf } from '../../shared/tokens/renewal.ts';
import { TokenSource } from '../../shared/tokens/token-source.ts';
import { createComponentClient } from '../../shared/wechat/component.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../../shared/wechat/official-account.ts';
import { createWecomClient, wecomTransport } from '../../shared/wechat/wecom.ts';
import { recordingBus } from './bus.ts';
import { deliveryLine, taskLine, truthOf } from './group-message-truth.ts';
import { prodSync } from './prod-sync.ts';
import { authorizationVault, credentialsOf, ticketVault, tokenVault } from './secrets.ts';
import { useTables } from './tables.ts';

export const lists = {
  messages: '/cgi-bin/externalcontact/get_groupmsg_list_v2',
  tasks: '/cgi-bin/externalcontact/get_groupmsg_task',
  results: '/cgi-bin/externalcontact/get_groupmsg_send_result',
};

/**
 * A sync and all it needs, put together as it is deployed: real tables, the simulator over HTTP, and one clock for all, which only the
 * test and what sleeps move on. For the tests of one file.
 */
export const useWecomWorld = ({ from = new Date('2026-03-02T08:00:00.000Z') } = {}) => {
  const tables = useTables();
  let time = from.getTime();
  const now = () => new Date(time);
  const sleep = async (milliseconds: number) => {
    const until = time + milliseconds;
    // Others run, as they would while this one sleeps.
    await new Promise((resolve) => setImmediate(resolve));
    time = Math.max(time, until);
  };
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ now });
  });
  afterAll(() => simulator.close());

  const open = async ({
    corp = {} as Partial<CorpSettings>,
    schedule = {} as Partial<SyncSchedule>,
    row = {} as Partial<Account>,
    failures = 0,
  } = {}) => {
    const corpid = corp.corpid ?? `ww${crypto.randomUUID()}`;
    const secret = `secret of ${crypto.randomUUID()}`;
    simulator.control.putCorp({ corpid, ...corp, apps: [...(corp.apps ?? []), { secret }] });
    const account_id = await tables.addAccount({ kind: 'wecom_app', upstream_id: corpid, ...row });
    const accounts = tables.accounts();
    const { bus: events, published } = recordingBus({ failures });
    const vault = tokenVault();
    const transport = officialAccountTransport({ baseUrl: simulator.url, now, sleep });
    const wecom = createWecomClient(wecomTransport({ baseUrl: simulator.url, now, sleep }));
    const refresh = makeRefreshToken(
      renewalOf({
        accounts,
        events,
        vault,
        credentials: credentialsOf({ [account_id]: { kind: 'wecom_app', corpid, secret } }),
        tickets: ticketVault(),
        authorizations: authorizationVault(),
        officialAccount: createOfficialAccountClient(transport),
        component: createComponentClient(transport),
        wecom,
        now,
      }),
    );
    const dependencies: SyncDependencies = {
      accounts,
      syncs: tables.syncs(),
      groupMessages: tables.groupMessages(),
      groupTasks: tables.groupTasks(),
      deliveries: tables.deliveries(),
      events,
      tokens: new TokenSource({ accounts, tokens: vault, refresh, now, sleep }),
      wecom,
      schedule: { ...prodSync, ...schedule },
      now,
      sleep,
    };

    const start = async (input: Partial<Sync> = {}): Promise<Sync> => {
      const sync = begun(
        {
          account_id,
          sync_id: newSyncId(now()),
          trigger: 'schedule',
          selection: 'due',
          period: periodSince(await accounts.get(account_id), now(), dependencies.schedule),
          ...input,
        },
        now(),
        dependencies.schedule,
      );
      await tables.syncs().create(sync);
      return sync;
    };
    const run = async (sync: Sync, { stepSeconds = 120, with: replaced = {} as Partial<SyncDependencies> } = {}) => {
      await runInProcess(makeSyncSteps({ ...dependencies, ...replaced }), sync, { stepSeconds, now, sleep });
      return tables.syncs().get(account_id, sync.sync_id);
    };

    const tasksOf = async (msgid: string): Promise<GroupTask[]> => {
      const found: GroupTask[] = [];
      for await (const page of tables.groupTasks().pages(account_id, msgid)) found.push(...page);
      return found;
    };
    const deliveriesOf = async (msgid: string): Promise<Delivery[]> => {
      const found: Delivery[] = [];
      for (const { userid } of await tasksOf(msgid)) found.push(...(await tables.deliveries().ofTask(account_id, msgid, userid)).values());
      return found;
    };
    return {
      account_id,
      corpid,
      accounts,
      dependencies,
      published,
      start,
      run,
      tasksOf,
      deliveriesOf,
      /** A whole sync, from its row to its end. */
      sync: async (input: Partial<Sync> = {}, options: Parameters<typeof run>[1] = {}) => {
        const before = { ...simulator.control.calls(0).counts };
        const row = await run(await start(input), options);
        const { counts } = simulator.control.calls(0);
        const calls = Object.fromEntries(Object.entries(lists).map(([name, path]) => [name, (counts[path] ?? 0) - (before[path] ?? 0)]));
        return { ...row, total: progressOf(row), asked: calls as Record<keyof typeof lists, number> };
      },
      message: (msgid: string) => tables.groupMessages().get(account_id, msgid),
      create: (script: Parameters<Simulator['control']['createGroupMessage']>[0] = {}) =>
        simulator.control.createGroupMessage({ corpid, ...script }).msgid,
      /** The records are what the simulator knows to be true, row by row and in total. */
      async expectTruth(msgid: string) {
        const truth = truthOf(simulator, msgid);
        expect((await tasksOf(msgid)).map(taskLine).sort()).toEqual(truth.tasks);
        expect((await deliveriesOf(msgid)).map(deliveryLine).sort()).toEqual(truth.deliveries);
        expect((await tables.groupMessages().get(account_id, msgid)).totals).toEqual(truth.totals);
      },
    };
  };

  return {
    ...tables,
    now,
    sleep,
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
    simulator: () => simulator,
    open,
  };
};

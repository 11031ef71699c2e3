import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeAll, expect, it } from 'vitest';
import { runInProcess } from '../../../shared/sync/run-in-process.ts';
import { makeStartDueSyncs } from '../../../shared/sync/start-due-syncs.ts';
import { makeStartSync } from '../../../shared/sync/start-sync.ts';
import { makeSyncSteps } from '../../../shared/sync/steps.ts';
import { expectedPermissions, type Permissions } from '../../infra/expected-permissions.ts';
import { useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
const running = new AsyncLocalStorage<string>();
const seen = new Map<string, Set<string>>();
const tables = { accounts: 'Accounts', 'group-messages': 'GroupMessages', 'group-tasks': 'GroupTasks', deliveries: 'Deliveries' };
const names: Record<string, string> = { ...tables, syncs: 'Syncs' };

/** Notes what each function asks of DynamoDB: the emulator lets everything through, IAM does not. */
beforeAll(() => {
  world.client().middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        const fn = running.getStore();
        const { TableName, IndexName, RequestItems } = args.input as { TableName?: string; IndexName?: string; RequestItems?: object };
        for (const table of TableName ? [TableName] : Object.keys(RequestItems ?? {})) {
          const resource = `${names[table]}${IndexName ? `/index/${IndexName}` : ''}`;
          if (fn) seen.set(fn, (seen.get(fn) ?? new Set()).add(`dynamodb:${commandName?.replace(/Command$/, '')} on ${resource}`));
        }
        return next(args);
      },
    { step: 'initialize' },
  );
});

const allowed = (permissions: Permissions[string] = {}) =>
  Object.entries(permissions)
    .flatMap(([resource, actions]) => actions.map((action) => `${action} on ${resource}`))
    .filter((each) => each.startsWith('dynamodb:'))
    .sort();

/** A function that runs under its own name. */
const as =
  <A extends unknown[], R>(name: string, fn: (...args: A) => R) =>
  (...args: A): R =>
    running.run(`wecom/${name}`, () => fn(...args));

it('asks for everything that its role allows, and for nothing else', async () => {
  const corp = await world.open({ corp: { members: 3, customers_per_member: 4 } });
  const { account_id, dependencies } = corp;
  const executions = { start: async () => {} };
  const { syncs, accounts, events, schedule } = dependencies;
  const parts = { syncs: world.syncs(), events, schedule, executions, now: world.now };
  const startDueSyncs = as('start-due-syncs', makeStartDueSyncs({ ...parts, accounts }));
  const startDue = async () => startDueSyncs(new Date(world.now().getTime() + 60_000));
  const steps = makeSyncSteps(dependencies);
  const run = async (sync_id: string) => {
    const { attempt } = await syncs.get(account_id, sync_id);
    await runInProcess(
      {
        discover: as('discover', steps.discover),
        'select-due': as('select-due', steps['select-due']),
        'sync-tasks': as('sync-tasks', steps['sync-tasks']),
        'sync-deliveries': as('sync-deliveries', steps['sync-deliveries']),
        summarise: as('summarise', steps.summarise),
      },
      { account_id, sync_id, attempt },
      { now: world.now, sleep: world.sleep },
    );
  };
  const leased = async () => (await accounts.get(account_id)).sync_lease?.owner ?? 'none';

  const msgid = corp.create({ recipients: { 'member-00001': 1001 }, sending: { share: 0.5 } });
  await startDue();
  const first = await leased();
  // It stalls before its first step, and once more after somebody was told of it.
  for (let n = 0; n < 4; n++) {
    world.pass(4000);
    await startDue();
  }
  await run(first);
  world.simulator().control.pressSend(msgid);
  // A list that ends in an error is what a person has to be told of.
  const path = '/cgi-bin/externalcontact/';
  for (const list of ['get_groupmsg_list_v2', 'get_groupmsg_task', 'get_groupmsg_send_result']) {
    world.simulator().control.orderFault({ path: `${path}${list}`, times: 1, fault: { kind: 'errcode', errcode: 48002 } });
    world.pass(90_000);
    await startDue();
    await run(await leased());
  }
  const startSync = as('start-sync', makeStartSync({ ...parts, accounts }));
  const period = { start_time: new Date(world.now().getTime() - 10 * 86_400_000).toISOString(), end_time: world.now().toISOString() };
  const asked = await startSync({ account_id, ...period, caller: 'arn:aws:iam::111122223333:role/desk' });
  await run(asked.sync_id);
  // Any step can find that another sync was quicker.
  world.pass(4000);
  await startDue();
  const late = await startSync({ account_id, caller: 'arn:aws:iam::111122223333:role/desk' });
  await as('summarise', steps.summarise)(late, new Date(world.now().getTime() + 60_000));
  await corp.expectTruth(msgid);

  const expected = expectedPermissions('prod');
  for (const [fn, actions] of seen) expect([...actions].sort(), fn).toEqual(allowed(expected[fn]));
  expect([...seen.keys()].sort()).toEqual([
    'wecom/discover',
    'wecom/select-due',
    'wecom/start-due-syncs',
    'wecom/start-sync',
    'wecom/summarise',
    'wecom/sync-deliveries',
    'wecom/sync-tasks',
  ]);
});

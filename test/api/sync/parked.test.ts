import { expect, it } from 'vitest';
import { makeSyncSteps } from '../../../shared/sync/steps.ts';
import { lists, useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
const soon = () => new Date(world.now().getTime() + 120_000);

const opened = async () => {
  const corp = await world.open({ corp: { members: 2, customers_per_member: 2 }, schedule: { blocked_s: [3600], shards: 1 } });
  corp.create({ sending: {} });
  const sync = await corp.start();
  return {
    sync,
    steps: makeSyncSteps(corp.dependencies),
    refuse: (path: string) => world.simulator().control.orderFault({ path, fault: { kind: 'errcode', errcode: 45009 } }),
    /** Whether another sync of the account may begin, so many seconds from now. */
    isFreeIn: async (seconds: number) => {
      const { sync_lease } = await corp.accounts.get(corp.account_id);
      return sync_lease === undefined || Date.parse(sync_lease.expires_at) <= world.now().getTime() + seconds * 1000;
    },
  };
};

it('keeps other syncs of the account away for as long as WeCom blocks the corp, met while messages are looked for', async () => {
  const { sync, steps, refuse, isFreeIn } = await opened();
  refuse(lists.messages);
  const { next, wait_seconds } = await steps.discover(sync, soon());
  expect(next).toBe('discover');
  expect(wait_seconds).toBeGreaterThan(3590);
  expect(await isFreeIn(wait_seconds)).toBe(false);
});

it('keeps them away also when one of the workers has met it', async () => {
  const { sync, steps, refuse, isFreeIn } = await opened();
  await steps.discover(sync, soon());
  world.pass(2);
  await steps['select-due'](sync, soon());
  await steps['sync-tasks'](sync, soon());
  refuse(lists.results);
  const { next, wait_seconds } = await steps['sync-deliveries']({ ...sync, shard: 0 }, soon());
  expect(next).toBe('sync-deliveries');
  expect(wait_seconds).toBeGreaterThan(3590);
  expect(await isFreeIn(wait_seconds)).toBe(false);
});

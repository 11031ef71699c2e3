import { describe, expect, it } from 'vitest';
import { resumedSync } from '../../../shared/domain/sync.ts';
import type { SyncDependencies } from '../../../shared/sync/steps.ts';
import { useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();

/** Every verb of the stores, counted; the one at `place` dies, before it has its effect or after. */
const dyingAt = (dependencies: SyncDependencies, place: number, after: boolean) => {
  let operations = 0;
  const watched = <T extends object>(store: T): T =>
    new Proxy(store, {
      get: (target, name) => {
        const verb: unknown = Reflect.get(target, name);
        if (typeof verb !== 'function') return verb;
        // A listing is read in pages, whenever it is.
        if (name === 'pages') return verb.bind(target);
        return async (...input: unknown[]) => {
          const dies = ++operations === place;
          if (dies && !after) throw new Error('killed');
          const answer: unknown = await verb.apply(target, input);
          if (dies) throw new Error('killed');
          return answer;
        };
      },
    });
  const { accounts, syncs, groupMessages, groupTasks, deliveries, wecom } = dependencies;
  return {
    count: () => operations,
    replaced: {
      accounts: watched(accounts),
      syncs: watched(syncs),
      groupMessages: watched(groupMessages),
      groupTasks: watched(groupTasks),
      deliveries: watched(deliveries),
      wecom: watched(wecom),
    },
  };
};

const open = (members = 2) => world.open({ corp: { members, customers_per_member: 2 }, schedule: { shards: 1, calls_in_flight: 1 } });

describe('a sync that is killed', () => {
  it.each([
    ['before', false],
    ['after', true],
  ])(
    'at any point, %s what it was doing, goes on in another execution and leaves what WeCom knows',
    async (_when, after) => {
      const script = { sending: { share: 0.5 }, outcomes: { not_friend: 0.5 } };
      const whole = await open();
      whole.create(script);
      const living = dyingAt(whole.dependencies, 0, after);
      await whole.sync({}, { with: living.replaced });
      const operations = living.count();
      expect(operations).toBeGreaterThan(30);
      for (let place = 1; place <= operations; place++) {
        const corp = await open();
        const msgid = corp.create(script);
        const sync = await corp.start();
        const killed = corp.run(sync, { with: dyingAt(corp.dependencies, place, after).replaced });
        await expect(killed, `at operation ${place}`).rejects.toThrow('killed');
        const left = await world.syncs().get(corp.account_id, sync.sync_id);
        if (left.phase !== 'done') {
          const next = resumedSync(left, world.now(), corp.dependencies.schedule);
          await world.syncs().takeOver(next, left);
          expect(await corp.run(next)).toMatchObject({ phase: 'done', failures: [], progress: { members_all: 2, members_done: 2 } });
        }
        await corp.expectTruth(msgid);
        expect(new Set(corp.published.map(({ detail }) => detail.id)).size).toBe(1);
        expect((await corp.message(msgid)).history).toMatchObject([{ published: true }]);
      }
    },
    240_000,
  );

  it('is left alone by the execution that it was taken from', async () => {
    const corp = await open();
    corp.create();
    const sync = await corp.start();
    await world.syncs().takeOver(resumedSync(sync, world.now(), corp.dependencies.schedule), sync);
    expect(await corp.run(sync)).toMatchObject({ phase: 'waiting', attempt: 2 });
  });
});

describe('two syncs of one account', () => {
  it('run one after the other', async () => {
    const corp = await open(3);
    const msgid = corp.create({ sending: {} });
    const [one, other] = [await corp.start(), await corp.start()];
    const ends = await Promise.all([corp.run(one), corp.run(other)]);
    expect(ends.map(({ phase }) => phase)).toEqual(['done', 'done']);
    const [first, second] = ends.sort((a, b) => a.progress.messages_new - b.progress.messages_new).reverse();
    expect(first?.progress).toMatchObject({ messages_new: 1, deliveries_written: 6 });
    expect(second?.progress).toMatchObject({ messages_new: 0, deliveries_written: 0 });
    await corp.expectTruth(msgid);
  });
});

describe('events', () => {
  it('tell every change of the totals once, and nothing when there is none', async () => {
    const corp = await open(3);
    const msgid = corp.create();
    await corp.sync();
    world.pass(600);
    await corp.sync();
    world.simulator().control.pressSend(msgid);
    world.pass(600);
    await corp.sync();
    expect(corp.published.map(({ detail }) => detail)).toMatchObject([
      { id: `${corp.account_id}/${msgid}/0`, settled: false, totals: { members: { all: 3, pending: 3 }, deliveries: { pending: 6 } } },
      { id: `${corp.account_id}/${msgid}/1`, settled: true, totals: { members: { all: 3, sent: 3 }, deliveries: { sent: 6 } } },
    ]);
    expect(await corp.message(msgid)).not.toHaveProperty('next_refresh_at');
  });

  it('that the bus did not take are told by the next sync, also of a message that is settled', async () => {
    const corp = await world.open({ corp: { members: 2, customers_per_member: 1 }, failures: 1 });
    const msgid = corp.create({ sending: {} });
    await corp.sync();
    expect(corp.published).toEqual([]);
    world.pass(600);
    await corp.sync();
    expect(corp.published).toMatchObject([{ detail: { id: `${corp.account_id}/${msgid}/0`, settled: true } }]);
    expect(await corp.message(msgid)).not.toHaveProperty('next_refresh_at');
  });
});

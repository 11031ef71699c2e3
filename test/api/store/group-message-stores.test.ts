import { describe, expect, it } from 'vitest';
import { DynamoDeliveryStore } from '../../../shared/store/delivery-store.ts';
import { useTables } from '../../support/tables.ts';

const tables = useTables();

/** Deliveries over a client that shows what it is asked to, and can be told to fail. */
const watched = (onSend: (command: string, input: Record<string, unknown>) => Promise<void>) => {
  const client = tables.client();
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        await onSend(commandName, args.input as Record<string, unknown>);
        return next(args);
      },
    { step: 'initialize', name: 'watch', override: true },
  );
  return new DynamoDeliveryStore(client, 'deliveries');
};

const rows = (account_id: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ account_id, msgid: 'msgGroup', userid: 'zhang', recipient_id: `wm${String(n).padStart(5, '0')}` },
    ...{ task: `${account_id}/msgGroup/zhang`, recipient: `${account_id}/wm${n}`, status: 'pending' as const },
    ...{ create_time: '2026-03-02T08:00:00.000Z', first_seen_at: '2026-03-02T08:00:00.000Z', changed_at: '2026-03-02T08:00:00.000Z' },
    ...{ recipient_kind: 'customer' as const, expires_at: 1_900_000_000 },
  }));

describe('deliveries', () => {
  it('of a member are read as the step before has just stored them', async () => {
    const asked: unknown[] = [];
    const store = watched(async (_command, { ConsistentRead }) => {
      asked.push(ConsistentRead);
    });
    await store.ofTask('corp-main', 'msgGroup', 'zhang');
    expect(asked).toEqual([true]);
  });

  it('are not written any more once storing them has failed', async () => {
    let batches = 0;
    let underWay = 0;
    const store = watched(async () => {
      if (++batches === 1) throw new Error('no way through');
      underWay++;
      await new Promise((resolve) => setTimeout(resolve, 20));
      underWay--;
    });
    await expect(store.putAll(rows('corp-main', 400))).rejects.toThrow('no way through');
    expect({ batches, underWay }).toEqual({ batches: 4, underWay: 0 });
  });
});

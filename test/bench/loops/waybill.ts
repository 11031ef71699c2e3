import type { SkippingClock } from '../world/clock.ts';
import { type BenchCorp, openSync } from '../world/corp.ts';
import type { BenchTables } from '../world/tables.ts';
import { recordsOf } from '../world/truth.ts';
import type { Loop } from './loop.ts';

/** Ours, as it is deployed. */
export const waybill = async (
  corp: BenchCorp,
  tables: BenchTables,
  clock: SkippingClock,
  fetch: typeof globalThis.fetch,
): Promise<Loop> => {
  const { sync } = await openSync(corp, tables, clock, { fetch });
  return {
    name: 'Waybill',
    callsPerPage: 1,
    refusalsDescribed: true,
    rows: () => recordsOf(tables, corp.msgid),
    pass: async () => {
      tables.takeWritten();
      await sync();
      const { rows } = tables.takeWritten();
      const of = (...names: string[]) => names.reduce((sum, name) => sum + (rows[name] ?? 0), 0);
      return { records: of('group-messages', 'group-tasks', 'deliveries'), bookkeeping: of('syncs', 'accounts') };
    },
  };
};

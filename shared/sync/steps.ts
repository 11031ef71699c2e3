import type { AskingDependencies, Records } from './dependencies.ts';
import { type DiscoverDependencies, makeDiscover } from './discover.ts';
import { makeSelectDue } from './select-due.ts';
import { makeSummarise } from './summarise.ts';
import { makeSyncDeliveries } from './sync-deliveries.ts';
import { makeSyncTasks } from './sync-tasks.ts';

export type SyncDependencies = AskingDependencies & Records & Pick<DiscoverDependencies, 'accounts'>;

/** Every step of a sync, by its name. */
export const makeSyncSteps = (dependencies: SyncDependencies) => ({
  discover: makeDiscover(dependencies),
  'select-due': makeSelectDue(dependencies),
  'sync-tasks': makeSyncTasks(dependencies),
  'sync-deliveries': makeSyncDeliveries(dependencies),
  summarise: makeSummarise(dependencies),
});
export type SyncSteps = ReturnType<typeof makeSyncSteps>;

import { folded } from '../domain/sync.ts';
import type { Selection, SelectionPosition } from '../store/group-message-store.ts';
import type { Records, StepDependencies } from './dependencies.ts';
import { endSync } from './end-sync.ts';
import { makeStep, type Run } from './step.ts';

export interface SelectDueDependencies extends StepDependencies, Pick<Records, 'groupMessages'> {}

// An execution may have 25,000 events in its history. A step has 18 at most: 5 of the task, 2 of the choice, 2 of the wait, and 3 for
// each of 3 retries. This leaves 7,000 for the last round.
const stepsPerExecution = 1000;

/**
 * Takes on the next messages: those whose time has come or, in a sync of a period, all of it but what was cancelled, also messages of which
 * nothing more was expected: more members may have come into the scope of the app.
 */
export const makeSelectDue = (dependencies: SelectDueDependencies) => {
  const { groupMessages, schedule } = dependencies;

  const next = (run: Run, by: string, after: SelectionPosition | undefined): Promise<Selection> => {
    const { account_id, selection, period } = run.row;
    if (selection === 'due') return groupMessages.due(account_id, by, schedule.messages_per_round, after);
    return groupMessages.createdIn(account_id, { first: period.start_time, last: period.end_time }, schedule.messages_per_round, after);
  };

  return makeStep(dependencies, 'select-due', async (run) => {
    // A second execution goes on: nothing is left to this one, and the next run of `start-due-syncs` finds the sync overdue.
    if (run.row.turns >= stepsPerExecution) {
      await run.save({ next_step_at: run.now().toISOString() });
      return { next: 'done' };
    }
    let { by, after, exhausted } = run.row.selecting ?? { by: run.now().toISOString(), exhausted: false };
    while (!exhausted) {
      const selection = await next(run, by, after);
      const round = selection.messages
        .filter(
          ({ settled, cancelled_at, history }) =>
            !settled || (run.row.selection === 'period' && !cancelled_at) || history.some(({ published }) => !published),
        )
        .map(({ msgid }) => ({ msgid, members: 0, unconfirmed: false }));
      after = selection.after;
      exhausted = after === undefined;
      if (round.length === 0) continue;
      const selecting = { by, ...(after && { after }), exhausted };
      await run.save({ ...folded(run.row), selecting, round, tasks: { index: 0 }, summing: undefined, phase: 'reading_tasks' });
      return { next: 'sync-tasks' };
    }
    return endSync(dependencies, run, 'done');
  });
};

import type { SyncView } from '../shared/http/present-sync.ts';
import { demoCorpAccount } from './demo-corp.ts';
import { LocalFailure } from './failure.ts';
import type { Progress } from './progress.ts';
import type { LocalStack } from './stack.ts';
import { syncBar, syncLine, syncPhase } from './sync-lines.ts';
import { totalsTable, wrongTotals } from './totals.ts';

const { account_id } = demoCorpAccount;
/** One that was cut off with an earlier start keeps its turn for two minutes: `stalled_after_s` of stage local. */
const followedWithinMs = 180_000;

/**
 * Asks for a sync and follows it to its end.
 * @throws {LocalFailure} when it does not end
 */
export const runSync = async ({ api, signal }: LocalStack, look: (sync: SyncView) => void = () => undefined): Promise<SyncView> => {
  const limit = AbortSignal.timeout(followedWithinMs);
  let sync = await api.startSync(account_id);
  try {
    for await (sync of api.followSync(account_id, sync.sync_id, AbortSignal.any([signal, limit]))) look(sync);
  } catch (error) {
    if (!limit.aborted) throw error;
    throw new LocalFailure(`Sync ${sync.sync_id} of ${account_id} is still ${sync.phase} after ${followedWithinMs / 1000} s.`);
  }
  return sync;
};

/** The same, with a bar, what it did, and what did not come to its end. */
export const showSync = async (stack: LocalStack, progress: Progress): Promise<SyncView> => {
  const begun = performance.now();
  const sync = await runSync(stack, (now) => progress.status(syncBar(now, new Date()), syncPhase(now, new Date())));
  progress.status('');
  progress.line(syncLine(sync, (performance.now() - begun) / 1000));
  for (const { code, detail, msgid = '', userid = '' } of sync.failures) progress.line(`  ${[code, msgid, userid].join(' ')}: ${detail}`);
  return sync;
};

/**
 * The totals of every message that the simulated WeCom has, as they are recorded.
 * @returns what they say otherwise than it is
 */
export const showTotals = async ({ api, simulator }: LocalStack, progress: Progress): Promise<string[]> => {
  const { control } = simulator;
  const truths = control.listGroupMessages().map(({ msgid }) => control.groupMessageTruth(msgid));
  // What somebody had the simulator make by hand, it has forgotten since.
  const messages = (await api.groupMessages(account_id)).filter(({ msgid }) => truths.some((truth) => truth.msgid === msgid));
  const wrong = wrongTotals(messages, truths);
  progress.line(
    ['', ...totalsTable(messages), ...(wrong.length === 0 ? ['  Every figure is what the simulated WeCom has.'] : [])].join('\n'),
  );
  return wrong;
};

import { runEntry } from './entry.ts';
import { LocalFailure } from './failure.ts';
import { historyLine } from './message-lines.ts';
import { freePort } from './port.ts';
import { createProgress, type Progress } from './progress.ts';
import { openRunFolder, removeRunFolder } from './run-folder.ts';
import { demoAccount, type LocalStack, localFolder, startLocalStack } from './stack.ts';

/** What the administrator of each message does once asked, and how it must end. */
const journeys = [
  { label: 'confirmed', order: { action: 'confirm', after_seconds: 3 }, end: 'sent' },
  { label: 'refused', order: { action: 'refuse', after_seconds: 5 }, end: 'confirmation_refused' },
  { label: 'nobody acts', order: { action: 'sleep' }, end: 'confirmation_expired' },
] as const;
type Journey = (typeof journeys)[number];

const followedWithinMs = 90_000;

await runEntry(async (signal) => {
  const [argument] = process.argv.slice(2);
  if (argument !== undefined) throw new LocalFailure(`npm run demo takes no options, not '${argument}': npm start has some.`);
  const progress = createProgress();
  const folder = await openRunFolder(localFolder, 'demo');
  try {
    const stack = await startLocalStack({ folder, simulatorPort: 0, emulator: { port: await freePort() }, progress, signal });
    try {
      progress.line(`\nThree mass messages of ${demoAccount.account_id}, each with 20 s for its administrator:\n`);
      const first = Date.now();
      const ends = await Promise.all(journeys.map((journey, index) => follow(stack, progress, journey, String(first + index))));
      const wrong = ends.filter((end) => end !== undefined);
      if (wrong.length > 0) throw new LocalFailure(`\nNot as it should be: ${wrong.join('; ')}.`);
      progress.line('\nAll three ended as they should.');
    } finally {
      await stack.stop();
    }
  } finally {
    await removeRunFolder(folder);
  }
});

/** @returns what is wrong with its end. */
async function follow({ simulator, api, signal }: LocalStack, progress: Progress, journey: Journey, msg_id: string) {
  const { account_id } = demoAccount;
  const { submitted_at } = simulator.control.createMassMessage({ msg_id });
  await api.register(account_id, { msg_id, submitted_at, label: journey.label });
  const limit = AbortSignal.timeout(followedWithinMs);
  let state = 'submitted';
  try {
    for await (const { record, news } of api.follow(account_id, msg_id, AbortSignal.any([signal, limit]))) {
      if (news.some(({ state: now }) => now === 'awaiting_confirmation')) simulator.control.tellAdministrator(msg_id, journey.order);
      for (const entry of news) progress.line(`  ${journey.label.padEnd(12)} ${historyLine(entry, record, new Date())}`);
      state = record.state;
    }
  } catch (error) {
    if (!limit.aborted) throw error;
    return `'${journey.label}' is still ${state} after ${followedWithinMs / 1000} s`;
  }
  return state === journey.end ? undefined : `'${journey.label}' ended as ${state} instead of ${journey.end}`;
}

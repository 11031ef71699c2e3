import { journeys, travel } from './demo-journeys.ts';
import { runEntry } from './entry.ts';
import { LocalFailure } from './failure.ts';
import { freePort } from './port.ts';
import { createProgress } from './progress.ts';
import { openRunFolder, removeRunFolder } from './run-folder.ts';
import { demoAccount, localFolder, startLocalStack } from './stack.ts';
import { syncNew, syncPressed } from './sync-journeys.ts';

await runEntry(async (signal) => {
  const [argument] = process.argv.slice(2);
  if (argument !== undefined) throw new LocalFailure(`npm run demo takes no options, not '${argument}': npm start has some.`);
  const progress = createProgress();
  const folder = await openRunFolder(localFolder, 'demo');
  try {
    const stack = await startLocalStack({ folder, simulatorPort: 0, emulator: { port: await freePort() }, progress, signal });
    try {
      progress.line(`\nMass messages of ${demoAccount.account_id}; an administrator who is asked has 20 s:\n`);
      const first = Date.now();
      const ends = await Promise.all(journeys.map((journey, index) => travel(stack, progress, journey, String(first + index))));
      const wrong = ends.filter((end) => end !== undefined);
      if (wrong.length === 0) progress.line(`\nAll ${journeys.length} ended as they should.\n`);
      wrong.push(...(await syncNew(stack, progress)), ...(await syncPressed(stack, progress)));
      if (wrong.length > 0) throw new LocalFailure(`\nNot as it should be: ${wrong.join('; ')}.`);
      progress.line('\nAll as it should be.');
    } finally {
      await stack.stop();
    }
  } finally {
    await removeRunFolder(folder);
  }
});

import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { emulatorOfCaller } from './aws.ts';
import { keepCampaigns } from './campaigns.ts';
import { stopLeftover } from './emulator.ts';
import { runEntry } from './entry.ts';
import { Interrupted, LocalFailure } from './failure.ts';
import { guide } from './guide.ts';
import { historyLine, waitingLine } from './message-lines.ts';
import { claimPidFile } from './pid-file.ts';
import { createProgress, type Progress } from './progress.ts';
import { demoAccount, type LocalStack, localFolder, startLocalStack } from './stack.ts';
import { syncKnown, syncNew } from './sync-journeys.ts';

const help = `Runs Waybill on this machine: a simulated WeChat, an AWS emulator, and stage local deployed into it.

  npm start                            until Ctrl-C; the records stay for the next start
  npm start -- --reset                 begins anew, without the records of earlier starts
  npm start -- --port N                port of the emulator (4590)
  npm start -- --simulator-port N      port of the simulated WeChat (4591)

With AWS_ENDPOINT_URL set, the emulator at that loopback address is used and none is started.`;

const options = {
  help: { type: 'boolean', short: 'h', default: false },
  reset: { type: 'boolean', default: false },
  port: { type: 'string', default: '4590' },
  'simulator-port': { type: 'string', default: '4591' },
} as const;

/** Longer than a message of stage local can take. */
const followedWithinMs = 90_000;

await runEntry(async (signal) => {
  const values = readArguments();
  if (values.help) return console.log(help);
  const port = readPort('--port', values.port);
  const simulatorPort = readPort('--simulator-port', values['simulator-port']);
  const endpoint = emulatorOfCaller(process.env);
  if (endpoint !== undefined && values.reset)
    throw new LocalFailure(
      '--reset empties the emulator that npm start runs itself, and AWS_ENDPOINT_URL names another one: unset it, or leave --reset out.',
    );

  mkdirSync(localFolder, { recursive: true, mode: 0o700 });
  const release = claimPidFile(join(localFolder, 'start.pid'), /local\/start\.ts/, 'npm start');
  try {
    const folder = join(localFolder, endpoint === undefined ? 'state' : 'state-of-other-emulator');
    if (values.reset) {
      await stopLeftover(folder);
      rmSync(folder, { recursive: true, force: true });
    }
    const progress = createProgress();
    const emulator = endpoint === undefined ? { port } : { endpoint };
    const stack = await startLocalStack({ folder, simulatorPort, emulator, progress, signal });
    try {
      await followOne(stack, progress);
      const known = stack.simulator.control.listGroupMessages().length > 0;
      progress.line();
      const wrong = await (known ? syncKnown : syncNew)(stack, progress);
      if (wrong.length > 0) progress.line(`\nNot as it should be: ${wrong.join('; ')}.`);
      progress.line(guide(stack, String(Date.now())));
      if (!stack.signal.aborted) await once(stack.signal, 'abort');
      if (!(stack.signal.reason instanceof Interrupted)) throw stack.signal.reason;
      progress.line('\nStopping ...');
    } finally {
      await stack.stop();
      keepCampaigns(stack.simulator, stack.cdk.folder);
    }
  } finally {
    release();
  }
});

/** The journey of one mass message, line by line as it happens. */
async function followOne({ simulator, api, signal }: LocalStack, progress: Progress) {
  // From the clock, so that it is new also to the records of earlier starts.
  const msg_id = String(Date.now());
  const { account_id } = demoAccount;
  const { submitted_at } = simulator.control.createMassMessage({ msg_id });
  progress.line(`\nMass message ${msg_id} of ${account_id}, sent to all; its administrator has 20 s to confirm and takes 4:\n`);
  await api.register(account_id, { msg_id, submitted_at, label: 'npm start' });
  const limit = AbortSignal.timeout(followedWithinMs);
  for await (const { record, news } of api.follow(account_id, msg_id, AbortSignal.any([signal, limit]))) {
    if (news.some(({ state }) => state === 'awaiting_confirmation'))
      simulator.control.tellAdministrator(msg_id, { action: 'confirm', after_seconds: 4 });
    progress.status(waitingLine(record, new Date()));
    for (const entry of news) progress.line(`  ${historyLine(entry, record, new Date())}`);
  }
  progress.status('');
}

function readArguments() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new LocalFailure(`${reason}: npm start -- --help lists the options.`);
  }
}

function readPort(option: string, text: string) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new LocalFailure(`${option} takes a port from 1 to 65535, not '${text}'.`);
}

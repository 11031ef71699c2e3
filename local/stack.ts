import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { addOfficialAccount, addWecomApp, enterPushSecret } from './account.ts';
import { ApiClient } from './api-client.ts';
import { restoreCampaigns } from './campaigns.ts';
import { bootstrap, build, type CdkOptions, deploy, type StackOutputs, synthesize } from './cdk.ts';
import { demoCorp, demoCorpAccount } from './demo-corp.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { LocalFailure } from './failure.ts';
import { assertPortIsFree } from './port.ts';
import type { Progress } from './progress.ts';
import { preparePython } from './python.ts';
import { type Simulator, startSimulator } from './simulator/simulator.ts';
import { together } from './together.ts';

/** Everything that is made on this machine is below it; git ignores it. */
export const localFolder = '.local';
/** What stage `local` calls its Official Account, and what the simulator knows it by. */
export const demoAccount = { account_id: 'oa-main', appid: 'wx5f3e2d1c0b9a8776', secret: 'not-a-secret-only-the-simulator-knows-it' };

/** What it and the simulated WeChat sign and encrypt pushes with. */
const demoPush = { token: 'localpushes', encoding_aes_key: 'LocalOnly'.padEnd(43, '0') };

export interface LocalStackOptions {
  /** State, builds and logs of this run. */
  readonly folder: string;
  /** 0: one that is free. */
  readonly simulatorPort: number;
  /** The port of the emulator to start, or the address of one that runs already. */
  readonly emulator: { readonly port: number } | { readonly endpoint: string };
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Synthesizes the stage in place of local/synthesize.ts, and takes its argument. */
  readonly script?: string | undefined;
}

export interface LocalStack {
  readonly endpoint: string;
  readonly api: ApiClient;
  readonly outputs: Readonly<
    Record<'AccountsTableName' | 'MassMessagesTableName' | 'EventBusName' | 'TrackingStateMachineArn' | 'SyncStateMachineArn', string>
  >;
  readonly simulator: Simulator;
  /** Absent when the emulator is the caller's own. */
  readonly emulator: Emulator | undefined;
  /** Aborted by the caller, or when the emulator dies. */
  readonly signal: AbortSignal;
  /** To synthesize and deploy once more what is built in its folder. */
  readonly cdk: CdkOptions;
  /** Ends all processes and closes all ports; the state stays in `folder`. */
  readonly stop: () => Promise<void>;
}

/** What the simulator needs to agree on with the numbers of stage `local`. */
const simulatorTimes = { confirmationWindowSeconds: 20, sendingSeconds: 3 };

/**
 * Brings everything up: simulator, emulator, the deployed stage, an account of either channel.
 * @throws {LocalFailure} with what to do; nothing is left running then.
 */
export const startLocalStack = async (options: LocalStackOptions): Promise<LocalStack> => {
  const { progress } = options;
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 }); // the emulator's state holds secrets in plain text
  await using cleanup = new AsyncDisposableStack();

  const simulator = await openSimulator(options.simulatorPort);
  cleanup.defer(() => simulator.close());
  // Before the emulator is up: its schedules go on where they were, and ask for what the records know.
  restoreCampaigns(simulator, folder, new Date());
  const python = 'endpoint' in options.emulator ? undefined : await preparePython(resolve(localFolder), progress, options.signal);
  progress.line(`  Simulated WeChat at ${simulator.url}`);
  const context = { stage: 'local', 'official-account-url': simulator.url, 'wecom-url': simulator.url };

  const { endpoint, emulator } = await openEmulator(folder, python, options);
  if (emulator) cleanup.defer(() => emulator.stop());
  progress.line(`  AWS emulator at ${endpoint}${emulator ? '' : ', which was running already'}`);

  const signal = emulator ? AbortSignal.any([options.signal, emulator.died]) : options.signal;
  const cdk: CdkOptions = { folder, endpoint, context, signal };
  await progress.step('Building the functions and the templates, preparing the emulator', () =>
    together(signal, [
      (either) => bootstrap({ ...cdk, signal: either }),
      async (either) => {
        await build({ folder, signal: either });
        await synthesize({ ...cdk, signal: either }, options.script);
      },
    ]),
  );
  const outputs = readOutputs(await progress.step('Deploying stage local', () => deploy(cdk)));
  await progress.step(`Adding accounts ${demoAccount.account_id} and ${demoCorpAccount.account_id}`, () =>
    together(signal, [() => addDemoAccount(endpoint, simulator, outputs.ApiId), () => addWecomApp(endpoint, demoCorpAccount)]),
  );

  const running = cleanup.move();
  return {
    endpoint,
    api: new ApiClient(addressOf(endpoint, outputs.ApiId)),
    outputs,
    simulator,
    emulator,
    signal,
    cdk,
    stop: () => running.disposeAsync(),
  };
};

const addDemoAccount = async (endpoint: string, simulator: Simulator, apiId: string) => {
  const { account_id, appid, secret } = demoAccount;
  await addOfficialAccount(endpoint, demoAccount);
  await enterPushSecret(endpoint, account_id, demoPush);
  // As its owner enters it in WeChat's console.
  const url = `${addressOf(endpoint, apiId)}/callbacks/${account_id}`;
  simulator.control.putAccount({ appid, secret, protection: true, push: { url, ...demoPush } });
};

/** The emulator serves every API below a path of its own. */
const addressOf = (endpoint: string, apiId: string) => `${endpoint}/_aws/execute-api/${apiId}`;

const openSimulator = async (port: number) => {
  if (port !== 0) await assertPortIsFree(port, '--simulator-port');
  const { appid, secret } = demoAccount;
  // Protected, and its administrator does nothing until told: each message then goes the way its sender orders.
  return startSimulator({ port, ...simulatorTimes, accounts: [{ appid, secret, protection: true }], corps: [demoCorp] });
};

const openEmulator = async (folder: string, python: string | undefined, { emulator, progress, signal }: LocalStackOptions) => {
  if ('endpoint' in emulator) {
    await assertAnswers(emulator.endpoint);
    return { endpoint: emulator.endpoint, emulator: undefined };
  }
  if (python === undefined) throw new Error('an emulator of our own needs Python');
  const { port } = emulator;
  const started = await progress.step('Starting the emulator', () => startEmulator({ python, folder, port, signal }));
  return { endpoint: started.url, emulator: started };
};

const assertAnswers = async (endpoint: string) => {
  const answer = await fetch(endpoint, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await answer?.body?.cancel();
  if (answer === undefined)
    throw new LocalFailure(
      `Nothing answers at ${endpoint}, which AWS_ENDPOINT_URL names: start that emulator, or unset the variable to have one started.`,
    );
};

const readOutputs = (stacks: StackOutputs) => {
  const all = { ...stacks['waybill-local-stateful'], ...stacks['waybill-local-service'] };
  const value = (name: string) => {
    const found = all[name];
    if (found === undefined) throw new Error(`the deployed stacks have no output ${name}`);
    return found;
  };
  return {
    ApiId: value('ApiId'),
    AccountsTableName: value('AccountsTableName'),
    MassMessagesTableName: value('MassMessagesTableName'),
    EventBusName: value('EventBusName'),
    TrackingStateMachineArn: value('TrackingStateMachineArn'),
    SyncStateMachineArn: value('SyncStateMachineArn'),
  };
};

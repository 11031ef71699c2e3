import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stop as stopEsbuild } from 'esbuild';
import * as z from 'zod';
import { buildFunctions } from '../infra/build.ts';
import { awsAccount, region, rootCredentials } from './aws.ts';
import { runCommand } from './command.ts';

export interface CdkOptions {
  /** For what is built and synthesized, the CLI's caches and the logs. */
  readonly folder: string;
  readonly endpoint: string;
  /** Context of the application. */
  readonly context: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const outputsFile = z.record(z.string(), z.record(z.string(), z.string()));
export type StackOutputs = z.infer<typeof outputsFile>;

/** Prepares the emulator for deployments. */
export const bootstrap = async (options: CdkOptions): Promise<void> => {
  // Beside our cdk.json it would synthesize the application first.
  const empty = join(options.folder, 'cdk-bootstrap');
  mkdirSync(empty, { recursive: true, mode: 0o700 });
  await cdk('cdk bootstrap', empty, ['bootstrap', `aws://${awsAccount}/${region}`], options);
};

/** Builds into `folder`, not into dist: several of these may run in one tree. */
export const build = async ({ folder, signal }: Pick<CdkOptions, 'folder' | 'signal'>): Promise<void> => {
  await buildFunctions(functionsOf(folder));
  await stopEsbuild(); // its process would stay as long as ours
  signal.throwIfAborted();
};

/** Of the functions that `build` left, by a script that takes the argument of local/synthesize.ts. */
export const synthesize = async (options: CdkOptions, script = 'local/synthesize.ts'): Promise<void> => {
  const { folder, context } = options;
  const argument = JSON.stringify({ functions: functionsOf(folder), outdir: assemblyOf(folder), context });
  await node('Synthesizing', '.', [script, argument], options);
};

/** @returns the outputs of every stack. */
export const deploy = async (options: CdkOptions): Promise<StackOutputs> => {
  await cdk('cdk deploy', '.', deployArguments(options), options);
  return outputsFile.parse(JSON.parse(readFileSync(outputsOf(options.folder), 'utf8')));
};

/** What `deploy` runs, for somebody who has other plans with the process: Node's arguments and environment. */
export const deployCommand = (options: CdkOptions) => ({ args: cli(deployArguments(options)), env: environment(options) });

/** Uploads what was synthesized and makes a change set of it: everything that takes long, and nothing changes yet. */
export const prepareChange = async (options: CdkOptions, stack: string, changeSet: string): Promise<void> => {
  const args = ['-a', assemblyOf(options.folder), stack, '--exclusively', '--require-approval', 'never'];
  await cdk('cdk deploy', '.', ['deploy', ...args, '--method', 'prepare-change-set', '--change-set-name', changeSet], options);
};

/** The functions as they were built, by the paths of their sources with `.mjs`. */
export const functionsOf = (folder: string): string => join(folder, 'functions');
const assemblyOf = (folder: string) => join(folder, 'cdk.out');
const outputsOf = (folder: string) => join(folder, 'outputs.json');

const deployArguments = ({ folder }: CdkOptions) => {
  const args = ['-a', assemblyOf(folder), '--all', '--require-approval', 'never', '--outputs-file', outputsOf(folder)];
  return ['deploy', ...args];
};

const cli = (args: readonly string[]) => [resolve('node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices', '--ci'];

const cdk = (what: string, cwd: string, args: readonly string[], options: CdkOptions) => node(what, cwd, cli(args), options);

const node = (what: string, cwd: string, args: readonly string[], options: CdkOptions) => {
  const log = join(options.folder, `${what.toLowerCase().replace(' ', '-')}.log`);
  return runCommand(what, process.execPath, args, { cwd, env: environment(options), log, signal: options.signal });
};

/** Nothing of the person's own: no profile, no ~/.cdk.json, no proxy. The CLI's caches key to the account, so they belong to this emulator. */
const environment = ({ folder, endpoint }: CdkOptions): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'],
  HOME: folder,
  CDK_HOME: join(folder, 'cdk-home'),
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  CDK_DEFAULT_ACCOUNT: awsAccount,
  CDK_DEFAULT_REGION: region,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
  AWS_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  SignalResourceCommand,
} from '@aws-sdk/client-cloudformation';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { clientConfig } from '../../local/aws.ts';
import { type CdkOptions, deployCommand, functionsOf, synthesize } from '../../local/cdk.ts';

const StackName = 'waybill-local-service';
/** The id in synthesize-held.ts. */
const LogicalResourceId = 'Hold';

/** Synthesizes another version of the functions, in a folder of its own, whose deployment is held in the middle. */
export const synthesizeHeld = async (cdk: CdkOptions, name: string, change: (source: string) => string): Promise<CdkOptions> => {
  const folder = join(cdk.folder, name);
  const functions = functionsOf(folder);
  cpSync(functionsOf(cdk.folder), functions, { recursive: true });
  for (const file of globSync('functions/**/*.mjs', { cwd: functions }).map((path) => join(functions, path)))
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  await synthesize({ ...cdk, folder }, 'test/e2e/synthesize-held.ts');
  return { ...cdk, folder };
};

/** `cdk deploy` as a process, in the group of the tests, which local/e2e.ts ends as a whole if they are cut off. */
export const startDeploy = (cdk: CdkOptions) => {
  const { args, env } = deployCommand(cdk);
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = once(child, 'close').then(([code, killedBy]) => ({ status: code ?? killedBy, output }));
  return {
    ended,
    /** @throws what it said, when it ends without that having become true */
    until: async (reached: (output: string) => boolean | Promise<boolean>) => {
      while (!(await reached(output))) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`cdk deploy has ended: ${output}`);
        await sleep(100);
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** The service as CloudFormation and Lambda have it. */
export const deployedService = (endpoint: string) => {
  const cloudFormation = new CloudFormationClient(clientConfig(endpoint));
  const lambda = new LambdaClient(clientConfig(endpoint));
  return {
    status: async () => (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus,
    /** Whether everything is changed and CloudFormation waits to be told how it went. */
    isHeld: async () => {
      const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName })); // the latest first
      const latest = StackEvents.find((event) => event.LogicalResourceId === LogicalResourceId);
      return latest?.ResourceStatus?.endsWith('_IN_PROGRESS') ?? false;
    },
    tell: async (Status: 'SUCCESS' | 'FAILURE') => {
      await cloudFormation.send(new SignalResourceCommand({ StackName, LogicalResourceId, UniqueId: 'everything', Status }));
    },
    /** What each function runs, and with which settings. */
    functions: async () => {
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand());
      return Object.fromEntries(Functions.map(({ FunctionName, CodeSha256, Environment }) => [FunctionName, { CodeSha256, Environment }]));
    },
    close: () => {
      cloudFormation.destroy();
      lambda.destroy();
    },
  };
};

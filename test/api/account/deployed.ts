import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, vi } from 'vitest';
import { runCli } from '../../../infra/account/run-cli.ts';
import type { StageDeclaration } from '../../../infra/stage-schema.ts';
import type { ComponentSettings } from '../../../local/simulator/component/settings.ts';
import type { AccountSettings } from '../../../local/simulator/official-account/account.ts';
import { refreshRequest } from '../../../shared/tokens/refresh-contract.ts';
import { AwsFault, secretsManager, useAws } from '../../support/aws-stub.ts';
import { useWorld } from '../../support/world.ts';
import { serviceFunctions } from './service-functions.ts';
import { useStackOutputs } from './stack-outputs.ts';

const stateful = { AccountsTableName: 'accounts', MassMessagesTableName: 'mass-messages' };
const service = { RefreshTokenFunctionName: 'refresh-token', ApiUrl: 'https://api.example.com' };
const aWeek = 7 * 86_400;
/** What stands beside secrets and is none. */
const shown = new Set(['kind', 'appid', 'platform', 'expires_at', 'corpid', 'agentid', 'suite_id', 'suite']);
const arnOf = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;

/** What pushes are agreed to be signed and encrypted with. */
export const agreed = { token: 'PushToken0123', encoding_aes_key: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' };

/**
 * Stage `test` as the command meets it: its stacks' outputs, real tables, secrets, and the refresh-token function over the
 * simulator; and the command itself as a process of its own. For the tests of one file; each begins without accounts.
 */
export const useDeployedStage = () => {
  const world = useWorld({ from: new Date() }); // the command has a clock of its own
  const { actions, secrets } = secretsManager();
  const epoch = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
  const always = {
    ...actions,
    'secretsmanager.DescribeSecret': ({ SecretId }: { SecretId: string }) => {
      const secret = secrets.get(SecretId);
      if (!secret) throw new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      const VersionIdsToStages = { [secret.current]: ['AWSCURRENT'] };
      const Description = secret.description;
      return {
        Name: SecretId,
        ARN: arnOf(SecretId),
        Description,
        VersionIdsToStages,
        ...(secret.deleted && { DeletedDate: epoch(aWeek) }),
      };
    },
    'secretsmanager.DeleteSecret': (input: { SecretId: string; ForceDeleteWithoutRecovery?: boolean }) => ({
      ...actions['secretsmanager.DeleteSecret'](input),
      DeletionDate: epoch(input.ForceDeleteWithoutRecovery ? 0 : aWeek),
    }),
    'Lambda.Invoke': async ({ FunctionName, Payload }: { FunctionName: string; Payload: string }) => {
      if (FunctionName !== service.RefreshTokenFunctionName) throw new AwsFault('ResourceNotFoundException', 'Function not found', 404);
      return { Payload: JSON.stringify(await refresh(refreshRequest.parse(JSON.parse(Payload)))) };
    },
  };
  const aws = useAws(always);
  const complete = { 'waybill-test-stateful': stateful, 'waybill-test-service': service };
  let stacks: Parameters<typeof useStackOutputs>[0] = () => complete;
  const cloudFormation = useStackOutputs(() => stacks());

  const { refresh, callback, giveTicket } = serviceFunctions(world, aws.config);

  beforeEach(async () => {
    stacks = () => complete;
    secrets.clear();
    world.simulator().control.clearFaults();
    for (const { account_id } of await world.accounts().all())
      await world.client().send(new DeleteCommand({ TableName: 'accounts', Key: { account_id } }));
  });

  /** Whatever the secrets hold: a word of that in the output is a failure of any test. */
  const hidden = () => [...secrets.values()].flatMap(({ versions }) => [...versions.values()].flatMap((json) => secretsIn(json)));
  const secretsIn = (json: string) => Object.entries<string>(JSON.parse(json)).flatMap(([name, value]) => (shown.has(name) ? [] : [value]));

  const environment = async (env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> => {
    const { hostname, port } = (await world.client().config.endpoint?.()) ?? {};
    return {
      AWS_EC2_METADATA_DISABLED: 'true',
      ...aws.env(),
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url(),
      AWS_ENDPOINT_URL_DYNAMODB: `http://${hostname}:${port}`,
      ...env,
    };
  };
  interface Given {
    readonly stdin?: string;
    readonly env?: NodeJS.ProcessEnv;
  }
  interface GivenHere extends Given {
    readonly stages?: Readonly<Record<string, StageDeclaration>>;
    readonly now?: () => Date;
    /** What happens while the command waits. */
    readonly sleep?: () => Promise<void>;
  }

  /** As somebody's shell starts it. */
  const runProcess = async (args: readonly string[], { stdin = '', env = {} }: Given = {}) => {
    const child = spawn(process.execPath, ['infra/account/cli.ts', ...args], {
      env: { PATH: process.env['PATH'], ...(await environment(env)) },
    });
    child.stdin.end(stdin);
    const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { status, stdout, stderr };
  };

  /** The same in the tests' own process, which is ten times as fast. */
  const runHere = async (
    args: readonly string[],
    { stdin = '', env = {}, stages = {}, now = () => new Date(), sleep = async () => {} }: GivenHere = {},
  ) => {
    for (const [name, value] of Object.entries(await environment(env))) vi.stubEnv(name, value);
    const output = new PassThrough();
    const lines: string[] = [];
    const status = await runCli(args, {
      terminal: { input: Readable.from(stdin === '' ? [] : [stdin]), output },
      print: (line) => void lines.push(`${line}\n`),
      remark: (line) => void output.write(`${line}\n`),
      now,
      sleep,
      stages,
    }).finally(() => vi.unstubAllEnvs());
    return { status, stdout: lines.join(''), stderr: await text(output.end()) };
  };

  /** @param way a process of its own for what only a process shows */
  const run = async (args: readonly string[], given: GivenHere = {}, way = runHere) => {
    const told = await way(args, given);
    for (const secret of hidden()) expect(told.stdout + told.stderr).not.toContain(secret);
    return told;
  };
  const stdinOf = (secret: string) => ({ stdin: `${secret}\n` });
  const addArgs = (accountId: string, appid: string) => ['add', '--stage', 'test', '--account-id', accountId, '--appid', appid];

  return {
    ...world,
    aws,
    always,
    secrets,
    run,
    refresh,
    callback,
    giveTicket,
    runProcess: (args: readonly string[], given: Given = {}) => run(args, given, runProcess),
    /** The command on stage `test`. */
    account: (command: string, ...args: string[]) => run([command, '--stage', 'test', ...args]),
    /** `add`, with the AppSecret on standard input as `echo` hands it over. */
    add: (accountId: string, appid: string, secret: string) => run(addArgs(accountId, appid), stdinOf(secret)),
    /** Both as processes. */
    process: {
      account: (command: string, ...args: string[]) => run([command, '--stage', 'test', ...args], {}, runProcess),
      add: (accountId: string, appid: string, secret: string) => run(addArgs(accountId, appid), stdinOf(secret), runProcess),
    },
    /** An account of WeChat's. */
    openUpstream: (settings: Partial<AccountSettings> = {}) => {
      const upstream = { appid: `wx${hex(16)}`, secret: hex(32), protection: true };
      world.simulator().control.putAccount({ ...upstream, ...settings });
      return upstream;
    },
    /** A third-party platform of WeChat's. */
    openPlatform: (settings: Partial<ComponentSettings> = {}) => {
      const upstream = { component_appid: `wx${hex(16)}`, component_appsecret: hex(32) };
      world.simulator().control.putPlatform({ ...upstream, ...settings });
      return upstream;
    },
    /** `add` of a platform: AppSecret, Token and key on standard input. */
    addPlatform: (
      accountId: string,
      upstream: Pick<ComponentSettings, 'component_appid' | 'component_appsecret'>,
      given: GivenHere = {},
    ) => {
      const args = [...addArgs(accountId, upstream.component_appid), '--kind', 'third_party_platform'];
      return run(args, { stdin: `${upstream.component_appsecret}\n${agreed.token}\n${agreed.encoding_aes_key}\n`, ...given });
    },
    /** `add` of an account that authorized it, which asks for nothing. */
    addAuthorized: (accountId: string, appid: string, platform: string) =>
      run([...addArgs(accountId, appid), '--kind', 'authorized_official_account', '--platform', platform]),
    /** What a secret holds now. */
    content: (name: string) => {
      const secret = secrets.get(name);
      return JSON.parse(secret?.versions.get(secret.current) ?? 'null');
    },
    deployed: (outputs: Record<string, Record<string, string>> | string) => {
      stacks = () => (typeof outputs === 'string' ? outputs : { 'waybill-test-stateful': stateful, ...outputs });
    },
    stateful,
    service,
    fetches: () => world.simulator().control.calls().counts['/cgi-bin/stable_token'] ?? 0,
    async follow(accountId: string, msgId: string) {
      const row = { account_id: accountId, msg_id: msgId, submitted_at: '2026-03-02T08:00:00.000Z' };
      const due = { due: 'mass-message', next_step_at: '2026-03-02T08:00:30.000Z' };
      await world.client().send(new PutCommand({ TableName: 'mass-messages', Item: { ...row, ...due } }));
    },
  };
};

const hex = (digits: number) => crypto.randomUUID().replaceAll('-', '').slice(0, digits).padEnd(digits, '0');

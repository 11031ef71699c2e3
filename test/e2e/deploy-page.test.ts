import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, relative, resolve, sep } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { ApiClient } from '../../local/api-client.ts';
import { awsAccount, region, rootCredentials } from '../../local/aws.ts';
import { type Emulator, startEmulator } from '../../local/emulator.ts';
import { freePort } from '../../local/port.ts';
import { preparePython } from '../../local/python.ts';
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts';
import { demoAccount, localFolder } from '../../local/stack.ts';
import { readCommands, readSteps } from './deploy-page.ts';
import { folderOf, quiet } from './deployment.ts';
import { awaiting, statesOf, until } from './messages.ts';
import { type Part, runScript } from './run-script.ts';

/** Everything that the emulator makes different from docs/deploy.md, and why; each is on the page exactly once. */
const substitutions: readonly (readonly [onThePage: string, here: string, why: string])[] = [
  [
    'STAGE=prod AWS_REGION=eu-west-1',
    `STAGE=local AWS_REGION=${region}`,
    'the stage that an emulator can have, and the region that it has',
  ],
  ['APPID=wx0123456789abcdef MSG_ID=3147483999', 'APPID="$SIMULATED_APPID" MSG_ID="$SIMULATED_MSG_ID"', 'what the simulated WeChat has'],
  [
    "API=$(node -p \"require('./outputs.json')['waybill-$STAGE-service'].ApiUrl\")",
    "API=$AWS_ENDPOINT_URL/_aws/execute-api/$(node -p \"require('./outputs.json')['waybill-$STAGE-service'].ApiId\")",
    'the name of an API of the emulator leads nowhere: it takes the id in the path',
  ],
];

const substitute = (parts: readonly Part[]) =>
  substitutions.reduce((script, [onThePage, here]) => {
    const found = script.filter(({ commands }) => commands.includes(onThePage)).length;
    if (found !== 1) throw new Error(`docs/deploy.md should say '${onThePage}' once, or this test's table something else`);
    return script.map(({ title, commands }) => ({ title, commands: commands.replace(onThePage, () => here) }));
  }, parts);

const folder = folderOf('deploy-page');
const clone = join(folder, 'clone');
const home = join(folder, 'home');

let simulator: Simulator;
let emulator: Emulator;
let api: ApiClient;
/** It was sent before anybody registers it, and waits for its administrator as long as the steps take. */
let msgId: string;

beforeAll(async () => {
  const { appid, secret } = demoAccount;
  simulator = await startSimulator({ confirmationWindowSeconds: 1800, sendingSeconds: 1, accounts: [{ appid, secret, protection: true }] });
  msgId = simulator.control.createMassMessage({}).msg_id;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const { signal } = new AbortController();
  const python = await preparePython(resolve(localFolder), quiet, signal);
  emulator = await startEmulator({ python, folder, port: await freePort(), signal });
  copyTree();
}, 120_000);
afterAll(async () => {
  await emulator?.stop();
  await simulator?.close();
  rmSync(join(clone, 'node_modules'), { recursive: true, force: true, maxRetries: 5 }); // the rest is looked at when something failed
}, 90_000);

/** What a clone has: the tree as it is, without what is made in it. */
const copyTree = () => {
  const made = new Set(['.git', '.local', '.vitest', 'cdk.out', 'coverage', 'dist', 'node_modules', 'outputs.json', 'cdk.context.json']);
  cpSync('.', clone, { recursive: true, filter: (path) => !made.has(relative('.', path).split(sep)[0] ?? '') });
  // Stage `local` asks WeChat on port 8095 unless it is told otherwise: this one may be used by somebody else.
  const urls = { 'official-account-url': simulator.url, 'wecom-url': simulator.url };
  writeFileSync(join(clone, 'cdk.context.json'), JSON.stringify(urls));
  // curl -f does not tell 202 from 200.
  writeFileSync(join(home, '.curlrc'), 'write-out = "\\n%{http_code}\\n"\n');
};

/** As the reader of the page would in an editor, or by checking another version out. */
const edit = (file: string, before: string, after: string) => {
  const path = join(clone, file);
  const text = readFileSync(path, 'utf8');
  expect(text.split(before), file).toHaveLength(2);
  writeFileSync(
    path,
    text.replace(before, () => after),
  );
};

/** @returns what they said, after the title of each */
const run = async (name: string, parts: readonly Part[], input = ''): Promise<string> => {
  const log = join(folder, `${name}.log`);
  const titled = parts.map(({ title, commands }) => ({ title, commands: `echo '${title}'\n${commands}` }));
  const times = await runScript(titled, { cwd: clone, env: shell(), input, log });
  console.log(parts.map(({ title }, index) => `${title}: ${((times[index] ?? 0) / 1000).toFixed(1)} s`).join('\n'));
  return readFileSync(log, 'utf8');
};

const outputsOf = (stage: string) => {
  const written: unknown = JSON.parse(readFileSync(join(clone, 'outputs.json'), 'utf8'));
  return z.record(z.string(), z.record(z.string(), z.string())).parse(written)[`waybill-${stage}-service`] ?? {};
};

/** A shell of somebody with credentials for an AWS account, whose npm has its cache and its settings. */
const shell = (): NodeJS.ProcessEnv => {
  const given = (...names: string[]) => Object.fromEntries(names.map((name) => [name, process.env[name]]));
  const ours = resolve('.') + sep;
  return {
    // Without what npm puts in front for its scripts: the clone has to bring its own.
    PATH: process.env['PATH']
      ?.split(delimiter)
      .filter((entry) => !`${entry}${sep}`.startsWith(ours))
      .join(delimiter),
    HOME: home,
    CURL_HOME: home,
    ...given('NODE_EXTRA_CA_CERTS', 'HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'),
    NO_PROXY: '127.0.0.1',
    npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm'),
    npm_config_userconfig: process.env['npm_config_userconfig'] ?? join(homedir(), '.npmrc'),
    npm_config_prefer_offline: 'true',
    CI: 'true',
    CDK_HOME: join(home, 'cdk'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    AWS_ENDPOINT_URL: emulator.url,
    AWS_ENDPOINT_URL_S3: emulator.url, // without it the CLI asks for a host named like the bucket
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
    SIMULATED_APPID: demoAccount.appid,
    SIMULATED_MSG_ID: msgId,
  };
};

it('leads in five steps from an empty AWS account to a message that is followed', { timeout: 240_000 }, async () => {
  const { choice, steps } = readSteps();
  expect(steps).toHaveLength(5);
  const parts = substitute([{ title: 'Choose the stage', commands: choice }, ...steps]);
  const said = await run('five-steps', parts, `${demoAccount.secret}\n`);
  expect(said.trimEnd().split('\n').at(-1), 'the last answer').toBe('202');
  api = new ApiClient(`${emulator.url}/_aws/execute-api/${outputsOf('local')['ApiId']}`);
  await until(api, msgId, 30, awaiting);
  simulator.control.tellAdministrator(msgId, { action: 'confirm' });
  expect(statesOf(await until(api, msgId, 60)).at(-1)).toBe('sent');
});

it('says what another version would change, and leads back to it', { timeout: 240_000 }, async () => {
  // As if it were checked out.
  edit('infra/constructs/service-function.ts', 'memorySize: 512,', 'memorySize: 640,');
  const [back = '', ...more] = readCommands('Rolling back', { STAGE: 'local' }).trimEnd().split('\n');
  expect(more).toHaveLength(1);
  const said = await run('another-version', [
    { title: 'Look at what would change', commands: readCommands('Upgrading', { STAGE: 'local' }) },
    { title: 'Bring the service back', commands: back },
    { title: 'Bring the others back', commands: more.join('\n') },
  ]);
  expect(said).toMatch(/MemorySize/);
  const [, afterwards] = said.split('Bring the others back');
  expect(afterwards).toMatch(/waybill-local-service \(no changes\)/);
  expect(statesOf(await api.get('oa-main', msgId)).at(-1)).toBe('sent');
});

it('leads to a second stage that the first can be taken away from', { timeout: 240_000 }, async () => {
  rmSync(join(clone, 'cdk.context.json')); // only stage `local` can have a WeChat on this machine
  const nobody = 'https://wechat.invalid';
  const emulated = { account: awsAccount, region, tracing: false, bootstrapRoles: false };
  const upstream = { officialAccountUrl: nobody, wecomUrl: nobody };
  edit('infra/stages.ts', "dev: { like: 'dev' },", `second: ${JSON.stringify({ like: 'dev', ...emulated, upstream })},`);
  const { choice, steps } = readSteps();
  const step = (begin: string) => steps.filter(({ title }) => title.startsWith(begin));
  const removal = (STAGE: string) => readCommands('Removing a stage, and what stays behind', { STAGE }).replace(/$/m, ' --force');
  const list = 'npm run -s account -- list --stage second';
  const said = await run('second-stage', [
    { title: 'Choose the stage', commands: choice.replace('STAGE=prod AWS_REGION=eu-west-1', `STAGE=second AWS_REGION=${region}`) },
    ...step('Deploy'),
    // The kind whose token nobody asks WeChat for: another one would need a WeChat.
    {
      title: 'Add an account of its own',
      commands: readCommands('Accounts of other kinds, and pushes', { STAGE: 'second', APPID: 'wx0123456789abcdef' }, 2),
    },
    { title: 'Remove the first stage', commands: removal('local') },
    { title: 'List the accounts of the second', commands: list },
    { title: 'Remove the second stage', commands: removal('second') },
    { title: 'Find that it is gone', commands: `! ${list}` },
  ]);
  expect(said.split('Remove the first stage')[1]?.split('Remove the second stage')[0]).toMatch(/oa-ext\b/);
  expect(said.split('Find that it is gone')[1]).toMatch(/Stage second is not deployed/);
});

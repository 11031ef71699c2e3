import { expect, it } from 'vitest';
import { CommandFailure } from '../../../infra/account/command-failure.ts';
import { readCommand } from '../../../infra/account/command-line.ts';
import { commandNames, helpOf } from '../../../infra/account/help.ts';
import { accountKind } from '../../../shared/domain/account.ts';
import { useDeployedStage } from './deployed.ts';

const { run, runProcess, account, deployed, aws } = useDeployedStage();
const where = ['--stage', 'test', '--account-id', 'oa-main'];

it.each([[[]], [['--help']]])('with %o it lists the commands', async (args) => {
  const { status, stdout, stderr } = await runProcess(args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const name of commandNames) expect(stdout).toContain(`npm run account -- ${name}`);
});

it.each(commandNames)('%s --help tells its options, and needs none of them', (name) => {
  expect(readCommand([name, '--help'])).toEqual({ name: 'help', of: name });
  expect(helpOf[name]).toMatch(new RegExp(`npm run account -- ${name} .*--stage STAGE`, 's'));
});

it('add --help names every kind and every option that one of them takes', () => {
  for (const kind of accountKind.options) expect(helpOf.add).toMatch(new RegExp(`^      ${kind} `, 'm'));
  for (const option of ['--appid APPID', '--platform ID', '--corpid CORPID', '--agentid AGENTID', '--suite-id SUITE_ID', '--suite ID'])
    expect(helpOf.add).toContain(`\n  ${option} `);
});

it('prints the help of a command', async () => {
  expect(await run(['remove', '--help'])).toEqual({ status: 0, stdout: `${helpOf.remove}\n`, stderr: '' });
});

it.each([
  [['chekc', ...where], 'The commands are add, push, check, list, remove.'],
  [['check', '--stgae', 'test'], "Unknown option '--stgae'."],
  [['check', ...where, '--stage'], '--stage needs a value, and there is none behind it.'],
  [['check', '--stage', '--account-id', 'oa-main'], '--stage needs a value, and there is none behind it.'],
  [['list', '--json=yes', '--stage', 'test'], "Option '--json' does not take an argument."],
  [['list'], '--stage is needed: the deployed stage, such as prod.'],
  [['list', '--stage', 'Prod!'], '--stage must be the name of a stage, such as prod.'],
  [['list', '--stage', 'test', '--region', 'europe'], '--region must be a region such as eu-west-1 or cn-north-1.'],
  [['check', '--stage', 'test'], '--account-id is needed: what the API calls the account, such as oa-main.'],
  [['check', '--stage', 'test', '--account-id', 'OA_Main'], '--account-id must be 1 to 32 lower-case letters, digits or hyphens'],
  [['add', ...where], '--appid is needed: the AppID that WeChat shows.'],
  [['add', ...where, '--appid', 'wx 1'], '--appid must be letters and digits, as WeChat shows it.'],
  [
    ['add', ...where, '--appid', 'wx1', '--kind', 'oa'],
    '--kind must be one of official_account, third_party_platform, authorized_official_account, official_',
  ],
  [['add', ...where, '--appid', 'wx1', '--kind', 'authorized_official_account'], '--platform is needed: what this stage calls'],
  [['add', ...where, '--appid', 'wx1', '--platform', 'op-main'], '--platform is for --kind authorized_official_account alone.'],
  [['add', ...where, '--appid', 'wx1', '--kind', 'third_party_platform', '--platform', 'op-main'], '--platform is for --kind'],
  [['add', ...where, '--kind', 'wecom_app'], '--corpid is needed: the id of the corp (企业ID).'],
  [['add', ...where, '--kind', 'wecom_app', '--corpid', 'ww 1'], '--corpid must be letters and digits, as WeChat shows it.'],
  [['add', ...where, '--kind', 'wecom_app', '--corpid', 'ww1', '--agentid', 'one'], '--agentid must be digits, as WeCom shows it.'],
  [['add', ...where, '--kind', 'wecom_app', '--corpid', 'ww1', '--suite', 'suite-main'], '--suite is for --kind wecom_suite_app alone.'],
  [['add', ...where, '--kind', 'wecom_suite'], '--suite-id is needed: the id of the suite (SuiteID).'],
  [
    ['add', ...where, '--kind', 'wecom_suite', '--corpid', 'ww1'],
    '--corpid is for --kind wecom_app, wecom_suite_app, wecom_external_token',
  ],
  [['add', ...where, '--kind', 'wecom_suite_app', '--corpid', 'ww1'], '--suite is needed: what this stage calls the suite'],
  [['add', ...where, '--kind', 'wecom_external_token', '--corpid', 'ww1', '--agentid', '1'], '--agentid is for --kind wecom_app alone.'],
  [['add', ...where, '--kind', 'wecom_app', '--corpid', 'ww1', '--appid', 'wx1'], '--appid is for --kind official_account, third_party'],
  [
    ['add', ...where, '--corpid', 'ww1'],
    '--appid is needed: the AppID that WeChat shows; --corpid is for --kind wecom_app, wecom_suite_app',
  ],
  [['push', '--stage', 'test'], '--account-id is needed'],
])('%o is refused in one line that names what is wrong and how to get help', (args, reason) => {
  expect(() => readCommand(args)).toThrow(CommandFailure);
  expect(() => readCommand(args)).toThrow(reason);
  expect(() => readCommand(args)).toThrow(/^.* --help tells more\.$/);
});

it('ends with status 1 and that line before AWS is asked for anything', async () => {
  const line = "Unknown option '--stgae'. npm run account -- list --help tells more.\n";
  expect(await runProcess(['list', '--stgae', 'test'])).toEqual({ status: 1, stdout: '', stderr: line });
  expect(aws.requests).toEqual([]);
});

it.each([
  ...['--secret', '--appsecret', '--app-secret', '--component-appsecret', '--token', '--key', '--aes-key', '--encoding-aes-key'].map(
    (option) => [[option, '0123abcd']],
  ),
  ...['--corpsecret', '--suite-secret', '--suite_secret', '--permanent-code', '--permanent_code', '--access-token', '--suite-ticket'].map(
    (option) => [[option, '0123abcd']],
  ),
  [['--secret=0123abcd']],
  [['--EncodingAESKey=0123abcd']],
  [['0123abcd']],
])('a secret in the arguments (%o) is not taken and not repeated', async (args) => {
  const { status, stdout, stderr } = await run(['add', ...where, '--appid', 'wx1', ...args]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).not.toContain('0123abcd');
  if (args[0]?.startsWith('--')) expect(stderr).toMatch(/shell's history.*standard input/);
});

it.each([
  ['a stage that is nowhere', {}, {}, 'Stage other is not deployed in eu-west-1: there is no stack waybill-other-stateful.'],
  ['a region of the option', { args: ['--region', 'cn-north-1'] }, {}, 'Stage other is not deployed in cn-north-1'],
  ['what these credentials may not', { answer: 'AccessDenied' }, {}, 'AWS does not allow these credentials to do that: '],
  [
    'credentials that AWS does not know',
    { answer: 'InvalidClientTokenId' },
    {},
    'AWS does not take these credentials (InvalidClientTokenId)',
  ],
  ['an answer that nobody expects', { answer: 'Throttling' }, {}, 'AWS answered Throttling: '],
  ['no credentials', {}, { AWS_ACCESS_KEY_ID: '' }, 'There are no AWS credentials that can be used: sign in'],
  ['no region', {}, { AWS_REGION: undefined }, 'Which region? Give --region, or set AWS_REGION.'],
  ['no address at all', {}, { AWS_ENDPOINT_URL: 'foo' }, 'AWS_ENDPOINT_URL is foo, which is no address such as http://127.0.0.1:4590'],
  ['nobody at the endpoint', {}, { AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:9' }, 'AWS cannot be reached (connect ECONNREFUSED'],
])(
  '%s: one clear line and no stack trace',
  async (_, { args = [], answer }: { args?: string[]; answer?: string }, env: NodeJS.ProcessEnv, line) => {
    if (answer) deployed(answer);
    const { status, stdout, stderr } = await runProcess(['list', '--stage', 'other', ...args], { env });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(line);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  },
);

it.each([
  ['where the command says', ['--region', 'eu-central-1'], { other: { like: 'dev', region: 'cn-north-1' } } as const, 'eu-central-1'],
  ['else where it is declared to be', [], { other: { like: 'dev', region: 'cn-north-1' } } as const, 'cn-north-1'],
  ['else where the environment says', [], { other: { like: 'dev' } } as const, 'eu-west-1'],
  ['where the environment says if it is declared elsewhere', [], {}, 'eu-west-1'],
])('looks for a stage %s', async (_, args, stages, region) => {
  const { stderr } = await run(['list', '--stage', 'other', ...args], { stages });
  expect(stderr).toContain(`Stage other is not deployed in ${region}: `);
});

it('a stack without the outputs it should have is named, with its status', async () => {
  deployed({ 'waybill-test-stateful': {} });
  expect((await account('list')).stderr).toBe(
    'The stack waybill-test-stateful has no output AccountsTableName (its status is CREATE_COMPLETE): deploy the stage once more.\n',
  );
});

import '../support/environment.ts';
import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeHandler as makeRefreshToken } from '../../functions/accounts/refresh-token.ts';
import { makeHandler as makeGetLiveStatus } from '../../functions/official-account/get-live-status.ts';
import { makeHandler as makeObserve } from '../../functions/official-account/observe.ts';
import { register } from '../../shared/domain/follow.ts';
import { DynamoAccountStore } from '../../shared/store/account-store.ts';
import { DynamoMassMessageStore } from '../../shared/store/mass-message-store.ts';
import { SecretsManagerTokens } from '../../shared/tokens/token-vault.ts';
import { AwsFault, useAws } from '../support/aws-stub.ts';
import { context as lambda, request } from '../support/request.ts';
import { useWorld } from '../support/world.ts';

// Before the logger is loaded: each invocation sets it back to the level that it began with.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'DEBUG';
});

// Handlers measure their time by the machine's clock, so this world begins now; `context` below makes up for what has passed in it.
const world = useWorld({ from: new Date() });
const aws = useAws();
const status = '/cgi-bin/message/mass/get';
const token = '/cgi-bin/stable_token';
const control = () => world.simulator().control;
type Account = Awaited<ReturnType<typeof world.openAccount>>;

/** Everything that is printed, at the level that prints most. */
let printed: unknown[];
/** Every token that WeChat gave out, whole or in part. */
let handedOut: Set<string>;
/** Who stands between Waybill and WeChat, if anybody does. */
let inBetween: ((sent: Sent) => Response) | undefined;
interface Sent {
  readonly url: string;
  /** The token or the secret: alone, where no name gives it away, and as it went, within the URL or the body. */
  readonly text: string;
  readonly msgId: unknown;
}
beforeEach(() => {
  printed = [];
  handedOut = new Set();
  inBetween = undefined;
  const print = (...parts: unknown[]) => void printed.push(parts);
  for (const method of ['debug', 'info', 'log', 'warn', 'error', 'trace', 'dir'] as const)
    vi.spyOn(console, method).mockImplementation(print);
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      print(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    });
  const send = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const body = String(init?.body);
    if (!inBetween) {
      const answer = await send(input, init);
      const text = await answer.clone().text().catch(String);
      for (const [, given] of text.matchAll(/"access_token":"([\w-]+)/g)) if (given) handedOut.add(given);
      return answer;
    }
    const { secret, msg_id } = JSON.parse(body);
    const held = secret ?? new URL(String(input)).searchParams.get('access_token');
    return inBetween({ url: String(input), text: `${held} (${encodeURIComponent(held)}) at ${input} with ${body}`, msgId: msg_id });
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  control().clearFaults();
});

const json = (answer: unknown) => new Response(JSON.stringify(answer));
const echo = (answer: (sent: Sent) => Response) => () => {
  inBetween = answer;
};
const fault =
  (path: string, ...faults: Parameters<ReturnType<typeof control>['orderFault']>[0]['fault'][]) =>
  () => {
    for (const each of faults) control().orderFault({ path, times: faults.length > 1 ? 4 : null, fault: each });
  };
/** A part of the account that it replaces is what it returns; that part is put back when the trouble is over. */
type Trouble = (account: Account) => unknown;

/** What happens, what must have been told of it, and how it comes about. */
const troubles: [what: string, said: string, Trouble][] = [
  ...[-1, 40001, 40013, 40059, 40164, 42001, 45009, 48001, 31337, 89503, 89504].map((errcode): (typeof troubles)[number] => [
    `WeChat says ${errcode} and quotes what it was sent`,
    '[redacted] (',
    echo(({ text }) => json({ errcode, errmsg: `bad request: ${text} rid: 65a0-11-22` })),
  ]),
  [
    'WeChat quotes what it was sent beside its errmsg, as text, as a name and as JSON in JSON',
    '[redacted] (',
    echo(({ text }) => json({ errcode: 31337, errmsg: '', request: [{ [text]: text, again: JSON.stringify({ text }) }] })),
  ],
  [
    'WeChat quotes what it was sent in an answer that is right',
    '[redacted] (',
    echo(({ text, msgId }) => json({ errcode: 0, msg_id: msgId, msg_status: 'SENDING', request: text })),
  ],
  ['WeChat quotes what it was sent for a status', '[redacted] (', echo(({ text, msgId }) => json({ msg_id: msgId, msg_status: text }))],
  [
    'WeChat quotes what it was sent at such length that only a part is kept',
    '[redacted] (',
    echo(({ text, msgId }) => json({ msg_id: msgId, msg_status: 'NEW', note: text.repeat(20) })),
  ],
  [
    'a page in between quotes the query string',
    'HTTP 502, not JSON',
    echo(({ text }) => new Response(`<html>${text}</html>`, { status: 502 })),
  ],
  ['WeChat quotes what it was sent in JSON that breaks off', 'not JSON', echo(({ text }) => new Response(`{"errmsg": ${text}`))],
  [
    'WeChat quotes what it was sent where other types belong',
    'WECHAT_BAD_ANSWER',
    echo(({ text }) => json({ access_token: [text], msg_id: text, msg_status: 1 })),
  ],
  ['WeChat quotes what it was sent in an errcode', 'HTTP 200, errcode', echo(({ text }) => json({ errcode: text, errmsg: text }))],
  [
    'somebody in between sends the call elsewhere, token and all',
    'a redirect',
    echo(({ url }) => new Response('', { status: 302, headers: { location: url } })),
  ],
  [
    'the connection fails with an error that quotes the URL',
    'ECONNRESET',
    echo(({ text }) => {
      throw new TypeError(`fetch failed: ${text}`, { cause: Object.assign(new Error(`socket of ${text}`), { code: 'ECONNRESET' }) });
    }),
  ],
  ['WeChat refuses every token', 'WECHAT_TOKEN_REFUSED', fault(status, { kind: 'wrong_token' })],
  [
    'the tokens are withdrawn and the secret is frozen',
    '40243',
    ({ appid }) => [control().revokeTokens(appid), control().freezeSecret(appid)],
  ],
  [
    'the tokens are withdrawn and the secret is another',
    '40125',
    ({ appid }) => [control().revokeTokens(appid), putSecret(appid, 'another')],
  ],
  ['an answer breaks off in the middle of a token', 'not JSON', fault(token, { kind: 'truncated' })],
  [
    'WeChat answers HTML, cuts connections and breaks down',
    'HTTP 500',
    fault('/cgi-bin/', { kind: 'html' }, { kind: 'cut' }, { kind: 'http', status: 500, body: '' }),
  ],
  ['the bus is down', 'the bus is down', ({ events }) => vi.spyOn(events, 'publish').mockRejectedValue(new Error('the bus is down'))],
  [
    'the table of the accounts is gone when a token is to be noted',
    'Requested resource not found',
    ({ accounts }) => {
      const gone = new DynamoAccountStore(world.client(), 'no-such-table');
      return vi.spyOn(accounts, 'endTokenLease').mockImplementation(gone.endTokenLease.bind(gone));
    },
  ],
  [
    'the table of the messages is gone when an answer is to be kept',
    'Requested resource not found',
    ({ messages }) => {
      const gone = new DynamoMassMessageStore(world.client(), 'no-such-table');
      return vi.spyOn(messages, 'save').mockImplementation(gone.save.bind(gone));
    },
  ],
  [
    'Secrets Manager refuses a token it is to keep',
    'TOKEN_SECRET_UNUSABLE',
    ({ vault }) => vi.spyOn(vault, 'write').mockImplementation(deployed('PutSecretValue', refusal('AccessDeniedException')).write),
  ],
  [
    'Secrets Manager is down when it is handed a token',
    'InternalServiceError, says AWS',
    ({ vault }) => vi.spyOn(vault, 'write').mockImplementation(deployed('PutSecretValue', refusal('InternalServiceError', 500)).write),
  ],
  [
    'Secrets Manager hands out a token in JSON that breaks off',
    'TOKEN_NOT_YET_READABLE',
    ({ vault }) => {
      const cut = () => ({ SecretString: `{"access_token": "${[...handedOut].at(-1) ?? ''}` });
      return vi.spyOn(vault, 'read').mockImplementation(deployed('GetSecretValue', cut).read);
    },
  ],
];

const putSecret = (appid: string, secret: string) => control().putAccount({ appid, secret, protection: true });
/** The vault as it is deployed, where this is how Secrets Manager answers. */
const deployed = (action: string, answer: () => unknown) => {
  aws.answers({ [`secretsmanager.${action}`]: answer });
  const vault = new SecretsManagerTokens(new SecretsManagerClient(aws.config()), 'waybill/test/tokens/');
  return { read: vault.read.bind(vault), write: vault.write.bind(vault) };
};
const refusal =
  (type: string, status = 400) =>
  () => {
    throw new AwsFault(type, `${type}, says AWS`, status);
  };

/** One message, from the trouble or from some rounds before it until it is over, and all that anybody is told meanwhile. */
const follow = async (trouble: Trouble, healthyRounds: number) => {
  printed = [];
  const account = await world.openAccount();
  const { account_id, appid, vault, accounts, messages, published } = account;
  const { msg_id } = control().createMassMessage({ appid, to_all: false, sending_seconds: 86_400 });
  await messages.create(register({ account_id, msg_id }, world.now(), account.schedule));
  const observe = makeObserve({ ...account, now: world.now });
  const live = makeGetLiveStatus(account.newProcess(), account.officialAccount);
  const renew = makeRefreshToken(account.refreshDependencies);

  const context = { ...lambda, getRemainingTimeInMillis: () => world.now().getTime() + 60_000 - Date.now() };
  const answers: unknown[] = [];
  const thrown: unknown[] = [];
  const rows: unknown[] = [];
  const note = async (work: () => Promise<unknown>) => {
    world.pass(20); // whoever died in the call before held the lease for 15 s
    await work().then(
      (answer) => answers.push(answer),
      (error) => thrown.push(error, JSON.stringify(error)),
    );
  };
  const round = async () => {
    const refused_version = (await accounts.get(account_id)).token?.version;
    await note(() => observe({ account_id, msg_id, attempt: 1 }, context));
    await note(async () => live(request({ pathParameters: { account_id, msg_id } }), context));
    await note(() => renew({ account_id, ...(refused_version && { refused_version }) }, context));
    // After each round: the next one may put other words in the place of these.
    for (const [TableName, Key] of Object.entries({ accounts: { account_id }, 'mass-messages': { account_id, msg_id } }))
      rows.push((await world.client().send(new GetCommand({ TableName, Key }))).Item);
  };

  for (let healthy = 0; healthy < healthyRounds; healthy++) await round();
  const part = trouble(account);
  // Within the life of a token and beyond it.
  for (const pause of [40, 7200]) {
    await round();
    world.pass(pause);
  }
  inBetween = undefined;
  control().clearFaults();
  putSecret(appid, secretOf(appid));
  if (vi.isMockFunction(part)) part.mockRestore();
  world.pass(3600);
  await round();

  const told = { printed, answers, thrown, published, rows };
  return { account_id, appid, vault, published, text: inspect(told, { depth: 10, maxStringLength: null, maxArrayLength: null }) };
};
const secretOf = (appid: string) => `secret of ${appid}`;

/** What gives a token or the secret away: any run of it that is too long for a coincidence, in whatever spelling. */
const traces = ({ appid, vault }: Awaited<ReturnType<typeof follow>>): string[] => [
  ...[...handedOut, ...[...vault.versions.values()].map(({ token }) => token)].flatMap((held) => held.slice(10).match(/.{12}/g) ?? []),
  ...['of ', 'of+', 'of%20'].map((before) => `${before}${appid}`),
];

it.each(troubles)('nobody is told a token or the secret while %s', async (_what, said, trouble) => {
  let all = '';
  for (const healthyRounds of [0, 1]) {
    const followed = await follow(trouble, healthyRounds);
    const { text, published, account_id } = followed;
    const held = traces(followed);
    const leaks = held.flatMap((trace) => (text.includes(trace) ? text.slice(text.indexOf(trace) - 200).slice(0, 300) : []));
    expect(leaks).toEqual([]);
    // That there were tokens, and words of them: what is captured is what was said.
    expect(held.length).toBeGreaterThan(10);
    expect(published).not.toEqual([]);
    expect(text.match(/token renewed.*?account_id": "([\w-]+)/s)?.[1]).toBe(account_id);
    all += text;
  }
  expect(all.includes(said), said).toBe(true);
});

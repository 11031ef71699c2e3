import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

// Before the logger is loaded.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'DEBUG';
});
const { usePlatforms } = await import('../support/platforms.ts');

const world = usePlatforms();
type Opened = Awaited<ReturnType<typeof world.open>>;
/** Everything that is printed, at the level that prints most. */
let printed: unknown[];
/** What goes to WeChat and what comes back: whatever is secret in it. */
let secret: Set<string>;
/** In WeChat's place, for the paths that it names. */
let inBetween: { readonly path: string; readonly answer: (quoted: string) => Response } | undefined;

const secretNames = /"(component_appsecret|component_verify_ticket|component_access_token|authorizer_(?:access|refresh)_token)":"([^"]+)/g;
const noteSecrets = (text: string) => {
  for (const [, , value] of text.matchAll(secretNames)) if (value) secret.add(value);
};
beforeEach(() => {
  printed = [];
  secret = new Set();
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
    const [url, body] = [String(input), String(init?.body)];
    noteSecrets(body);
    const token = new URL(url).searchParams.get('component_access_token');
    if (token) secret.add(token);
    const sent = [...secret].filter((value) => body.includes(value) || value === token);
    const held = sent.map((value) => `${value} (${encodeURIComponent(value)})`).join(' ');
    if (inBetween && url.includes(inBetween.path)) return inBetween.answer(`${held} at ${url} with ${body}`);
    const answer = await send(input, init);
    noteSecrets(await answer.clone().text());
    return answer;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  world.stopRefusing();
});

const json = (answer: unknown) => new Response(JSON.stringify(answer));
const [ownToken, lookUp, authorizerToken] = ['/api_component_token', '/api_get_authorizer_info', '/api_authorizer_token'];
const quoting = (path: string, answer: (quoted: string) => Response) => () => {
  inBetween = { path, answer };
};
const ticketsGone = ({ tickets }: Opened) => {
  tickets.write = async () => Promise.reject(new Error('the secrets are gone'));
};

const troubles: [what: string, said: string, trouble: (opened: Opened) => unknown][] = [
  ...[ownToken, lookUp, authorizerToken].flatMap((path) =>
    [40001, 61004, 61023, 31337].map((errcode): (typeof troubles)[number] => [
      `WeChat says ${errcode} to ${path} and quotes what it was sent`,
      '[redacted] (',
      quoting(path, (quoted) => json({ errcode, errmsg: `bad: ${quoted} rid: 65a0-11-22`, again: { quoted } })),
    ]),
  ),
  ...[ownToken, lookUp, authorizerToken].flatMap((path): typeof troubles => [
    [
      `a page in the place of ${path} quotes it`,
      'not JSON',
      quoting(path, (quoted) => new Response(`<html>${quoted}</html>`, { status: 502 })),
    ],
    [
      `WeChat answers ${path} with what it was sent where other types belong`,
      'WECHAT_BAD_ANSWER',
      quoting(path, (quoted) =>
        json({ component_access_token: [quoted], authorizer_access_token: { quoted }, authorization_info: { authorizer_appid: quoted } }),
      ),
    ],
  ]),
  [
    'the owner withdraws the authorization',
    'AUTHORIZATION_LAPSED',
    ({ unauthorize, change }) => unauthorize().then(() => change('unauthorized')),
  ],
  ['a ticket cannot be kept', 'the secrets are gone', ticketsGone],
];

it.each(troubles)('nobody is told a ticket, a refresh token, a token or a secret while %s', async (_what, said, trouble) => {
  const opened = await world.open();
  const { refresh, refreshPlatform, giveTicket, issueTicket, change, version, platform, published, row, platformRow } = opened;
  const told: unknown[] = [];
  const note = async (work: () => Promise<unknown>) => {
    await work().then(
      (answer) => told.push(answer),
      (error) => told.push(error, JSON.stringify(error)),
    );
    told.push(await row(), await platformRow());
  };
  const round = async () => {
    const ticket = issueTicket();
    secret.add(ticket);
    await note(() => giveTicket(ticket));
    await note(async () => refreshPlatform(await version(platform)));
    await note(async () => refresh(await version()));
    await note(() => change('updateauthorized'));
    await note(async () => refresh(await version()));
    world.pass(3600);
  };
  await round();
  await trouble(opened);
  await round();
  inBetween = undefined;
  await round();

  const text = inspect({ printed, told, published }, { depth: 10, maxStringLength: null, maxArrayLength: null });
  const kept = [...opened.tickets.kept.values(), ...opened.authorizations.kept.values()].flat();
  const held = [...secret, ...kept, ...[...opened.vault.versions.values()].map(({ token }) => token)];
  const traces = held.flatMap((value) => (value.startsWith('secret of') ? [value] : (value.slice(10).match(/.{12}/g) ?? [])));
  expect(traces.filter((trace) => text.includes(trace) || text.includes(encodeURIComponent(trace)))).toEqual([]);
  // That there were such things, and words of what happened.
  expect(traces.length).toBeGreaterThan(20);
  expect(kept.length).toBeGreaterThan(1);
  expect(text).toContain(said);
  expect(text).toContain('token renewed');
});

import '../../support/environment.ts';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { groupMessageApi } from '../../support/group-message-api.ts';
import { useWecomWorld } from '../../support/wecom-world.ts';

const world = useWecomWorld();
let api: ReturnType<typeof groupMessageApi>;
let account: string;
const others = { 'an Official Account': '', 'a suite': '', 'another WeCom account': '' };
let [msgid, second, recipient_id] = ['', '', ''];

beforeAll(async () => {
  const corp = await world.open({ corp: { members: 3, customers_per_member: 3 } });
  account = corp.account_id;
  api = groupMessageApi(world, { account_id: account, now: world.now });
  second = corp.create({ age_seconds: 120, sending: {} });
  msgid = corp.create({ age_seconds: 60, sending: {} });
  await corp.sync();
  recipient_id = (await api.deliveries({ msgid }, { limit: '1' })).body.deliveries[0].recipient_id;
  others['an Official Account'] = await world.addAccount();
  others['a suite'] = await world.addAccount({ kind: 'wecom_suite' });
  others['another WeCom account'] = (await world.open()).account_id;
});

type Parts = Record<string, string>;
/** Every operation on the records, for something that is there. */
const operations: [string, (path?: Parts, query?: Parts) => ReturnType<typeof api.list>][] = [
  ['GET /group-messages', (path, query) => api.list(path, query)],
  ['GET /group-messages/{msgid}', (path, query) => api.get({ msgid, ...path }, query)],
  ['GET …/tasks', (path, query) => api.tasks({ msgid, ...path }, query)],
  ['GET …/deliveries', (path, query) => api.deliveries({ msgid, ...path }, query)],
  ['GET /recipients/{recipient_id}/deliveries', (path, query) => api.recipient({ recipient_id, ...path }, query)],
  ['GET /syncs/{sync_id}', (path, query) => api.getSync({ sync_id: '20260302t080000z-00000000', ...path }, query)],
  ['POST /group-messages/sync', (path) => api.startSync({}, path)],
];

describe.each(operations)('%s', (_name, call) => {
  it('is a 404 for an account that does not exist', async () => {
    await expect(call({ account_id: 'nowhere' })).resolves.toMatchObject({ status: 404, body: { code: 'ACCOUNT_NOT_FOUND' } });
  });

  it('is a 409 for an Official Account, which has no group messages', async () => {
    const account_id = others['an Official Account'];
    await expect(call({ account_id })).resolves.toMatchObject({ status: 409, body: { code: 'ACCOUNT_OF_OTHER_CHANNEL' } });
  });

  it('is a 400 for an id of an account that none can have', async () => {
    const answer = await call({ account_id: 'A/b' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ in: 'path', field: 'account_id' }] } });
  });
});

it.each(operations.filter(([name]) => name.startsWith('GET')))('%s refuses a parameter that it does not take', async (_name, call) => {
  await expect(call({}, { page: '2' })).resolves.toMatchObject({ status: 400, body: { errors: [{ in: 'query', field: 'page' }] } });
});

it.each(operations.filter(([name]) => name.includes('{msgid}') || name.includes('…')))(
  '%s is a 404 for a message that no sync of the account has found',
  async (_name, call) => {
    const notFound = { status: 404, body: { code: 'GROUP_MESSAGE_NOT_FOUND' } };
    await expect(call({ msgid: 'msgNone' })).resolves.toMatchObject(notFound);
    await expect(call({ account_id: others['another WeCom account'] })).resolves.toMatchObject(notFound);
    await expect(call({ msgid: 'a b' })).resolves.toMatchObject({ status: 400, body: { errors: [{ in: 'path', field: 'msgid' }] } });
  },
);

it('a suite has no messages, and none can be looked for', async () => {
  const account_id = others['a suite'];
  await expect(api.startSync({}, { account_id })).resolves.toMatchObject({ status: 409, body: { code: 'ACCOUNT_SENDS_NOTHING' } });
  await expect(api.list({ account_id })).resolves.toMatchObject({ status: 200, body: { group_messages: [] } });
});

describe('a parameter that is wrong is a 400 that names it:', () => {
  const lists = () => ({ list: api.list, tasks: api.tasks, deliveries: api.deliveries, recipient: api.recipient });
  type List = keyof ReturnType<typeof lists>;
  const ask = (list: List, query: Parts, path: Parts = {}) => {
    const where: Parts = { list: {}, tasks: { msgid }, deliveries: { msgid }, recipient: { recipient_id } }[list];
    return lists()[list]({ ...where, ...path }, query);
  };
  const every = ['list', 'tasks', 'deliveries', 'recipient'] as const;

  it.each<[string, string, Parts, readonly List[]]>([
    ['a limit of zero', 'limit', { limit: '0' }, every],
    ['a limit over the maximum', 'limit', { limit: '101' }, every],
    ['a limit in another notation', 'limit', { limit: '1e1' }, every],
    ['a forged cursor', 'cursor', { cursor: 'eyJtc2dpZCI6IjEifQ.AAAAAAAAAAAAAAAA' }, every],
    ['a cursor that is nothing at all', 'cursor', { cursor: '%%%' }, every],
    ['an empty cursor', 'cursor', { cursor: '' }, every],
    ['another word for whom it is to', 'chat_type', { chat_type: 'both' }, ['list']],
    ['a time that is none', 'from', { from: '2026-03-02' }, ['list']],
    ['unix time', 'to', { to: '1772438400' }, ['list']],
    ['a period that ends before it begins', 'to', { from: '2026-03-02T08:00:00Z', to: '2026-03-02T07:00:00Z' }, ['list']],
    ['a period of no length', 'to', { from: '2026-03-02T08:00:00Z', to: '2026-03-02T16:00:00+08:00' }, ['list']],
    ['a status of deliveries', 'status', { status: 'not_friend' }, ['tasks']],
    ["WeCom's number of a status", 'status', { status: '2' }, ['tasks', 'deliveries']],
    ['two statuses', 'status', { status: 'sent,pending' }, ['tasks', 'deliveries']],
    ['a userid that none can have', 'userid', { userid: 'a/b' }, ['deliveries']],
    ['a status where there is none to choose', 'status', { status: 'sent' }, ['recipient']],
  ])('%s', async (_what, field, query, asked) => {
    for (const list of asked) {
      const { status, body } = await ask(list, query);
      expect([list, status, body.code]).toEqual([list, 400, 'INVALID_REQUEST']);
      expect(body.errors).toContainEqual({ in: 'query', field, reason: expect.any(String) });
    }
  });

  it.each<[string, List, Parts, Parts, (() => Parts)?]>([
    ['another beginning', 'list', { from: '2026-01-01T00:00:00Z' }, { from: '2026-01-02T00:00:00Z' }],
    ['another end', 'list', {}, { to: '2026-03-05T00:00:00Z' }],
    ['another kind of recipients', 'list', {}, { chat_type: 'single' }],
    ['another status', 'tasks', {}, { status: 'sent' }],
    ['another message', 'tasks', {}, {}, () => ({ msgid: second })],
    ['another status', 'deliveries', {}, { status: 'sent' }],
    ['another message', 'deliveries', {}, {}, () => ({ msgid: second })],
    ['another member', 'deliveries', { userid: 'member-00001' }, { userid: 'member-00002' }],
    ['one member', 'deliveries', { userid: 'member-00001' }, {}],
    ['another recipient', 'recipient', {}, {}, () => ({ recipient_id: 'wmOther' })],
  ])('a cursor of %s in %s', async (_what, list, query, otherQuery, otherPath = () => ({})) => {
    const cursor = (await ask(list, { limit: '1', ...query })).body.next_cursor;
    expect(cursor).toBeTypeOf('string');
    const answer = await ask(list, { limit: '1', ...otherQuery, cursor }, otherPath());
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] } });
    await expect(ask(list, { limit: '2', ...query, cursor })).resolves.toMatchObject({ status: 200 });
  });

  it.each(every)('a cursor of another account in %s', async (list) => {
    const { body } = await ask(list, { limit: '1' });
    const account_id = others['another WeCom account'];
    const answer = await ask(list, { limit: '1', cursor: body.next_cursor }, { account_id });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] } });
  });

  it.each<[string, List, Parts, () => unknown[], object]>([
    [
      'a message outside the period',
      'list',
      { from: '2026-01-01T00:00:00.000Z' },
      () => ['group-messages', account, undefined, '2026-01-01T00:00:00.000Z', undefined],
      { msgid: 'm', create_time: '2020-01-01T00:00:00.000Z' },
    ],
    [
      'a member who was not asked for',
      'deliveries',
      { userid: 'member-00001' },
      () => ['deliveries', account, msgid, undefined, 'member-00001'],
      { userid: 'member-00002', recipient_id: 'wm' },
    ],
  ])('a cursor that somebody computed for %s', async (_what, list, query, named, position) => {
    const text = JSON.stringify(position);
    const digest = createHash('sha256')
      .update(`${JSON.stringify(named())}\n${text}`)
      .digest('base64url')
      .slice(0, 16);
    const answer = await ask(list, { ...query, cursor: `${Buffer.from(text).toString('base64url')}.${digest}` });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] } });
  });
});

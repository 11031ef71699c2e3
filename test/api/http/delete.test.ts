import '../../support/environment.ts';
import { describe, expect, it } from 'vitest';
import { makeHandler as makeDeleteByUrl } from '../../../functions/official-account/delete-by-url.ts';
import { makeHandler as makeDelete } from '../../../functions/official-account/delete-mass-message.ts';
import { makeHandler as makeGet } from '../../../functions/official-account/get.ts';
import { deletePath, deletingIn } from '../../support/deleting.ts';
import { patience } from '../../support/patience.ts';
import { context, post, read, request } from '../../support/request.ts';
import { useWorld } from '../../support/world.ts';

// A handler's deadline comes from the machine's clock, so this world begins now.
const world = useWorld({ from: new Date() });
const deleting = deletingIn(world);

const open = async (...script: Parameters<typeof deleting>) => {
  const parts = await deleting(...script);
  const { account_id, dependencies } = parts;
  const remove = (queryStringParameters: Record<string, string> | undefined, path: Record<string, string> = {}, authorizer?: object) => {
    const event = request({
      pathParameters: { account_id, msg_id: parts.msg_id, ...path },
      ...(queryStringParameters && { queryStringParameters }),
    });
    if (authorizer) Object.assign(event.requestContext, { authorizer });
    return read(makeDelete(dependencies)(event, context));
  };
  const removeUrl = (body: unknown) => read(makeDeleteByUrl(dependencies)(post({ account_id }, body), context));
  const get = () => read(makeGet(parts)(request({ pathParameters: { account_id, msg_id: parts.msg_id } }), context));
  return { ...parts, remove, removeUrl, get };
};

describe('DELETE …/mass-messages/{msg_id}', () => {
  it('deletes all of it and answers with the record', async () => {
    const { remove, msg_id } = await open();
    const { status, body } = await remove({ all: 'true' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      outcome: 'deleted',
      target: 'all',
      asked_at: expect.any(String),
      asked_by: 'arn:aws:iam::111122223333:user/tester',
      upstream: { errcode: 0 },
      mass_message: { msg_id, state: 'deleted', deletions: [{ target: 'all', outcome: 'deleted' }] },
      warnings: [{ code: 'SHARING_UNKNOWN', detail: expect.any(String) }],
    });
    expect(body).not.toHaveProperty('n');
    expect(body.mass_message.deletions[0]).not.toHaveProperty('n');
  });

  it('deletes one article, and the record shows it', async () => {
    const { remove, get } = await open();
    await expect(remove({ article_idx: '2' })).resolves.toMatchObject({ status: 200, body: { target: 2 } });
    await expect(get()).resolves.toMatchObject({ body: { state: 'sent', deletions: [{ target: 2, outcome: 'deleted' }] } });
  });

  it('keeps the subject of a token as who asked', async () => {
    const { remove } = await open();
    await expect(remove({ all: 'true' }, {}, { jwt: { claims: { sub: 'editor-7' } } })).resolves.toMatchObject({
      body: { asked_by: 'editor-7' },
    });
  });

  it('says of a message that WeChat said is deleted just that', async () => {
    const { remove, row, messages, asked } = await open();
    const before = await row();
    await messages.save({ ...before, state: 'deleted', rev: before.rev + 1 });
    const { status, body } = await remove({ article_idx: '1' });
    expect({ status, outcome: body.outcome, target: body.target }).toEqual({ status: 200, outcome: 'deleted', target: 1 });
    expect(body).not.toHaveProperty('asked_by');
    expect(asked()).toBe(0);
  });

  it('answers 202 with the record of a call that is under way', async () => {
    const { remove, dependencies, account_id, msg_id, row } = await open();
    const hanging = makeDelete({ ...dependencies, tokens: { withToken: () => new Promise<never>(() => {}) } });
    void hanging(request({ pathParameters: { account_id, msg_id }, queryStringParameters: { all: 'true' } }), context);
    await expect.poll(async () => (await row()).deletions, patience).toHaveLength(1);
    await expect(remove({ article_idx: '3' })).resolves.toMatchObject({ status: 202, body: { outcome: 'pending', target: 'all' } });
  });

  it.each([
    ['neither: WeChat would delete everything', undefined, 'article_idx', 'all=true'],
    ['both', { article_idx: '1', all: 'true' }, 'all', 'article_idx'],
    ['an article before the first', { article_idx: '0' }, 'article_idx', '1 to 99'],
    ['a negative one', { article_idx: '-1' }, 'article_idx', '1 to 99'],
    ['a fraction', { article_idx: '1.5' }, 'article_idx', '1 to 99'],
    ['an empty one', { article_idx: '' }, 'article_idx', '1 to 99'],
    ['two of them', { article_idx: '1,2' }, 'article_idx', '1 to 99'],
    ['a hundredth', { article_idx: '100' }, 'article_idx', '1 to 99'],
    ['all=false', { all: 'false' }, 'all', "'true'"],
    ['all=false beside an article', { all: 'false', article_idx: '1' }, 'all', "'true'"],
    ['all=1', { all: '1' }, 'all', "'true'"],
    ['a field that is none', { article_idx: '1', articles: '2' }, 'articles', 'not a field'],
  ])('refuses %s, and asks nobody', async (_what, query, field, reason) => {
    const { remove, asked, row } = await open();
    const { status, body } = await remove(query);
    expect({ status, errors: body.errors }).toMatchObject({
      status: 400,
      errors: [{ in: 'query', field, reason: expect.stringContaining(reason) }],
    });
    expect(asked()).toBe(0);
    expect((await row()).deletions).toEqual([]);
  });

  it.each([
    ['an account that does not exist', { account_id: 'oa-nowhere' }, 404, 'ACCOUNT_NOT_FOUND'],
    ['an id that is none', { msg_id: 'abc' }, 400, 'INVALID_REQUEST'],
  ])('refuses %s', async (_what, path, status, code) => {
    const { remove, asked } = await open();
    await expect(remove({ all: 'true' }, path)).resolves.toMatchObject({ status, body: { code } });
    expect(asked()).toBe(0);
  });

  it.each([
    ['no such message', { kind: 'errcode', errcode: 40059 }, 404, 'WECHAT_REFUSED'],
    ['no such article', { kind: 'errcode', errcode: 40060 }, 422, 'WECHAT_REFUSED'],
    ['not sent', { kind: 'errcode', errcode: 40065 }, 409, 'WECHAT_REFUSED'],
    ['an article that may not be deleted', { kind: 'errcode', errcode: 40204 }, 422, 'WECHAT_REFUSED'],
    ['ten a day', { kind: 'errcode', errcode: 45009 }, 429, 'WECHAT_RATE_LIMITED'],
    ['an administrator who has to allow the call: not now, and not 202', { kind: 'errcode', errcode: 89503 }, 503, 'WECHAT_WAITING'],
    ['silence', { kind: 'silence' }, 504, 'DELETION_OUTCOME_UNKNOWN'],
    ['a cut connection', { kind: 'cut' }, 502, 'DELETION_OUTCOME_UNKNOWN'],
  ] as const)('tells what to do after %s', async (_what, fault, status, code) => {
    const { remove, dependencies, impatient } = await open();
    world.simulator().control.orderFault({ path: deletePath, fault });
    if (fault.kind === 'silence') Object.assign(dependencies, { officialAccount: impatient });
    const answer = await remove({ all: 'true' });
    expect(answer).toMatchObject({
      status,
      headers: { 'content-type': 'application/problem+json' },
      body: { status, code, hint: expect.any(String), detail: expect.any(String) },
    });
    if (fault.kind === 'errcode') expect(answer.body).toMatchObject({ errcode: fault.errcode });
    else
      expect(answer).toMatchObject({ headers: { 'retry-after': '60' }, body: { hint: expect.stringContaining('Asking again is safe') } });
  });
});

describe('POST …/mass-messages/delete-by-url', () => {
  it('deletes the article and says by which address it is known', async () => {
    const { removeUrl, urls } = await open();
    const { status, body } = await removeUrl({ url: urls[0] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      outcome: 'deleted',
      url: urls[0],
      asked_by: 'arn:aws:iam::111122223333:user/tester',
      warnings: [{ code: 'SHARING_UNKNOWN' }],
    });
    expect(body).not.toHaveProperty('target');
  });

  it.each([
    ['no address', {}, 'url'],
    ['a number', { url: 1 }, 'url'],
    ['a path', { url: '/s/abc' }, 'url'],
    ['another host', { url: 'https://example.com/s/abc' }, 'url'],
    ['a host that only begins like it', { url: 'https://mp.weixin.qq.com.example.com/s/abc' }, 'url'],
    ['another port', { url: 'https://mp.weixin.qq.com:8443/s/abc' }, 'url'],
    ['a name before the host', { url: 'https://someone@mp.weixin.qq.com/s/abc' }, 'url'],
    ['another scheme', { url: 'ftp://mp.weixin.qq.com/s/abc' }, 'url'],
    ['a script', { url: 'javascript:alert(1)//mp.weixin.qq.com' }, 'url'],
    ['2049 characters', { url: `https://mp.weixin.qq.com/s/${'a'.repeat(2049 - 27)}` }, 'url'],
    ['an unknown field', { url: 'https://mp.weixin.qq.com/s/abc', article_idx: 1 }, 'article_idx'],
  ])('refuses %s, and asks nobody', async (_what, body, field) => {
    const { removeUrl, asked } = await open();
    await expect(removeUrl(body)).resolves.toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', errors: [{ in: 'body', field }] },
    });
    expect(asked()).toBe(0);
  });

  it('takes 2048 characters, and hands on what WeChat says of them', async () => {
    const { removeUrl } = await open();
    await expect(removeUrl({ url: `http://mp.weixin.qq.com/s/${'a'.repeat(2048 - 26)}` })).resolves.toMatchObject({
      status: 404,
      body: { errcode: 40059 },
    });
  });
});

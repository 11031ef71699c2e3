import { describe, expect, it } from 'vitest';
import { runSimulator } from '../running-simulator.ts';
import { coWechatApi, easyWechat, massMessageCalls, withCoWechatApi, withEasyWechat } from './clients.ts';

const sent = { to_all: false, sending_seconds: 0 };
/** Neighbours that are the same number for JSON.parse. */
const [even, odd] = ['9007199254740992', '9007199254740993'];

describe.each([
  ['co-wechat-api', withCoWechatApi],
  ['node-easywechat', withEasyWechat],
])('with %s', (_name, withSdk) => {
  const run = async () => {
    const simulator = await runSimulator();
    return { ...simulator, ...withSdk(simulator.url) };
  };

  it('a message goes all the way from sending to deletion under the id that sending answered', async () => {
    const { sendToAll, status, deleteAll, control, pass } = await run();
    const { msg_id } = await sendToAll('MEDIA');
    expect(await status(msg_id)).toMatchObject({ errcode: 89505 });
    pass(60);
    expect(await status(msg_id)).toMatchObject({ errcode: 89504 });
    control.tellAdministrator(String(msg_id), { action: 'confirm' });
    expect(await status(msg_id)).toEqual({ msg_id, msg_status: 'SENDING' });
    expect(await deleteAll(msg_id)).toMatchObject({ errcode: 40065 });
    pass(10);
    expect(await status(msg_id)).toEqual({ msg_id, msg_status: 'SEND_SUCCESS' });
    expect(await deleteAll(msg_id)).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await status(msg_id)).toEqual({ msg_id, msg_status: 'DELETE' });
    expect(await deleteAll(msg_id)).toMatchObject({ errcode: 40065 });
  });

  it.each([
    ['failed', { ...sent, result: 'failed' }],
    ['was rejected', { ...sent, result: 'rejected' }],
    ['was refused', { administrator: { action: 'refuse' } }],
    ['nobody confirmed', { administrator: { action: 'sleep' } }],
  ] as const)('a message that %s has one status, and is not to be deleted', async (_what, script) => {
    const { status, deleteAll, control, pass } = await run();
    const { msg_id } = control.createMassMessage(script);
    pass(1800);
    expect(await status(msg_id)).toMatchObject({ msg_status: 'SEND_FAIL' });
    expect(await deleteAll(msg_id)).toMatchObject({ errcode: 40065 });
  });

  it('deletion takes every article', async () => {
    const { deleteAll, control } = await run();
    const { msg_id } = control.createMassMessage({ ...sent, articles: 3 });
    await deleteAll(msg_id);
    expect(control.getMassMessage(msg_id).articles.map(({ deleted }) => deleted)).toEqual([true, true, true]);
  });

  it('a message that does not exist is 40059', async () => {
    const { status, deleteAll } = await run();
    expect(await status('1')).toMatchObject({ errcode: 40059 });
    expect(await deleteAll(1)).toMatchObject({ errcode: 40059 });
  });

  it('the same message sent again is refused with the id of the first', async () => {
    const { sendToAll } = await run();
    const { msg_id } = await sendToAll('MEDIA');
    expect(await sendToAll('MEDIA')).toMatchObject({ errcode: 45065 });
    expect((await sendToAll('ANOTHER'))['msg_id']).toBe(Number(msg_id) + 1);
  });

  it('an id beyond 2^53 that is given as text is not taken for its neighbour', async () => {
    const { status, deleteAll, control } = await run();
    control.createMassMessage({ ...sent, msg_id: even, result: 'failed' });
    control.createMassMessage({ ...sent, msg_id: odd });
    expect(await status(even)).toMatchObject({ msg_status: 'SEND_FAIL' });
    expect(await status(odd)).toMatchObject({ msg_status: 'SEND_SUCCESS' });
    await deleteAll(odd);
    expect(control.truth(odd)).toBe('deleted');
  });
});

describe('co-wechat-api', () => {
  it('keeps an id beyond 2^53 and hands it back as text', async () => {
    const { url, control } = await runSimulator();
    for (const msg_id of [even, odd]) control.createMassMessage({ ...sent, msg_id });
    const api = coWechatApi(url);
    const { msg_id } = await api.getMassMessageStatus(odd);
    expect(String(msg_id)).toBe(odd);
    await api.deleteMass(msg_id);
    expect([control.truth(even), control.truth(odd)]).toEqual(['sent', 'deleted']);
  });

  it('throws what WeChat says', async () => {
    const { url, control } = await runSimulator();
    const { msg_id } = control.createMassMessage();
    await expect(coWechatApi(url).getMassMessageStatus(msg_id)).rejects.toMatchObject({
      name: 'WeChatAPIError',
      code: 89505,
      message: expect.stringMatching(/administrator confirmation process, rid: [0-9a-f-]+$/),
    });
  });
});

describe('node-easywechat', () => {
  it('loses the last digit of an id beyond 2^53, and deletes the neighbour with what is left', async () => {
    const { url, control } = await runSimulator();
    for (const msg_id of [even, odd]) control.createMassMessage({ ...sent, msg_id });
    const post = massMessageCalls(easyWechat(url));
    const { msg_id } = await post('get', { msg_id: odd });
    expect(msg_id).toBe(Number(even));
    await post('delete', { msg_id });
    expect([control.truth(even), control.truth(odd)]).toEqual(['deleted', 'sent']);
  });

  it('takes what WeChat says for success, whatever it is', async () => {
    const { url, control } = await runSimulator();
    const { msg_id } = control.createMassMessage();
    const response = await easyWechat(url).getClient().postJson('cgi-bin/message/mass/get', { msg_id });
    expect(response.toObject()).toMatchObject({ errcode: 89505 });
    expect(response.isSuccessful()).toBe(true);
  });

  it('deletes one article by its place or by its address', async () => {
    const { url, control } = await runSimulator();
    const { msg_id, articles } = control.createMassMessage({ ...sent, articles: 3 });
    const post = massMessageCalls(easyWechat(url));
    const left = () => control.getMassMessage(msg_id).articles.flatMap(({ article_idx, deleted }) => (deleted ? [] : article_idx));
    expect(await post('delete', { msg_id: Number(msg_id), article_idx: 2 })).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(left()).toEqual([1, 3]);
    expect(await post('get', { msg_id })).toMatchObject({ msg_status: 'SEND_SUCCESS' });
    await post('delete', { url: articles[0]?.url });
    expect(left()).toEqual([3]);
    expect(await post('delete', { msg_id, article_idx: 4 })).toMatchObject({ errcode: 40060 });
  });
});

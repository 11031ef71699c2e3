import '../../support/environment.ts';
import { describe, expect, it } from 'vitest';
import { makeHandler as makeDeleteByUrl } from '../../../functions/official-account/delete-by-url.ts';
import { makeHandler as makeDelete } from '../../../functions/official-account/delete-mass-message.ts';
import { makeHandler as makeGet } from '../../../functions/official-account/get.ts';
import { makeHandler as makeLiveStatus } from '../../../functions/official-account/get-live-status.ts';
import { makeHandler as makeList } from '../../../functions/official-account/list.ts';
import { makeHandler as makeTrack } from '../../../functions/official-account/track.ts';
import { makeHandler as makeListMessages } from '../../../functions/wecom/list-live-messages.ts';
import { makeHandler as makeListResults } from '../../../functions/wecom/list-live-results.ts';
import { makeHandler as makeListTasks } from '../../../functions/wecom/list-live-tasks.ts';
import type { AccountKind } from '../../../shared/domain/account.ts';
import type { Channel } from '../../../shared/domain/channel.ts';
import { getSendingAccount } from '../../../shared/store/sending-account.ts';
import { TokenSource } from '../../../shared/tokens/token-source.ts';
import { createWecomClient, wecomTransport } from '../../../shared/wechat/wecom.ts';
import { deletingIn } from '../../support/deleting.ts';
import { groupMessageApi } from '../../support/group-message-api.ts';
import { context, post, read, request } from '../../support/request.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld({ from: new Date() });
const deleting = deletingIn(world);

/** Every operation of both channels, for an account of this kind. */
const open = async (kind: AccountKind) => {
  const { account_id, dependencies, ...parts } = await deleting();
  const accounts = { get: async (id: string) => ({ ...(await dependencies.accounts.get(id)), kind }) };
  // As a deployed operation has them.
  const tokensOf = (channel: Channel) =>
    new TokenSource({
      accounts: { get: (id) => getSendingAccount(channel, accounts, id) },
      tokens: parts.vault,
      refresh: async () => ({
        renewed: false,
        failure: { code: 'NO_TOKEN', detail: 'none', hint: 'none', http_status: 502, blocked: true },
      }),
      now: world.now,
    });
  const wecom = createWecomClient(wecomTransport({ baseUrl: world.simulator().url }));
  const own = { ...dependencies, accounts, tokens: tokensOf('official_account') };
  const get = (more: object = {}, queryStringParameters: Record<string, string> = {}) =>
    request({ pathParameters: { account_id, ...more }, queryStringParameters });
  const start_time = new Date(world.now().getTime() - 60_000).toISOString();
  const period = { start_time, end_time: world.now().toISOString() };
  return {
    officialAccount: () =>
      Promise.all([
        read(makeTrack({ ...parts, ...own })(post({ account_id }, { msg_id: '7' }), context)),
        read(makeDelete(own)(get({ msg_id: '7' }, { all: 'true' }), context)),
        read(makeDeleteByUrl(own)(post({ account_id }, { url: 'https://mp.weixin.qq.com/s/page' }), context)),
        read(makeLiveStatus(own.tokens, own.officialAccount)(get({ msg_id: '7' }), context)),
        read(makeList(own)(get(), context)),
        read(makeGet(own)(get({ msg_id: '7' }), context)),
      ]),
    wecom: () =>
      Promise.all([
        read(makeListMessages(tokensOf('wecom'), wecom)(get({}, period), context)),
        read(makeListTasks(tokensOf('wecom'), wecom)(get({ msgid: 'm' }), context)),
        read(makeListResults(tokensOf('wecom'), wecom)(get({ msgid: 'm', userid: 'u' }), context)),
      ]),
    records: () => {
      const api = groupMessageApi({ ...world, accounts: () => accounts }, { account_id, now: world.now });
      return Promise.all([
        api.list(),
        api.get({ msgid: 'm' }),
        api.tasks({ msgid: 'm' }),
        api.deliveries({ msgid: 'm' }),
        api.recipient({ recipient_id: 'wm' }),
        api.getSync({ sync_id: '20260302t080000z-00000000' }),
        api.startSync({}),
      ]);
    },
  };
};
const codes = (answers: readonly { readonly status?: number | undefined; readonly body: { readonly code?: string } }[]) =>
  answers.map(({ status, body }) => [status, body.code]);

describe('an account of the other channel is refused, and WeChat is asked nothing:', () => {
  it.each(['wecom_app', 'wecom_suite', 'wecom_suite_app', 'wecom_external_token'] as const)(
    '%s by every operation on mass messages',
    async (kind) => {
      const { officialAccount } = await open(kind);
      const before = world.simulator().control.calls(0).counts;
      for (const answer of codes(await officialAccount())) expect(answer).toEqual([409, 'ACCOUNT_OF_OTHER_CHANNEL']);
      expect(world.simulator().control.calls(0).counts).toEqual(before);
    },
  );

  it.each(['official_account', 'third_party_platform', 'authorized_official_account', 'official_account_external_token'] as const)(
    '%s by every operation on group messages',
    async (kind) => {
      const { wecom, records } = await open(kind);
      const before = world.simulator().control.calls(0).counts;
      for (const answer of codes([...(await wecom()), ...(await records())])) expect(answer).toEqual([409, 'ACCOUNT_OF_OTHER_CHANNEL']);
      expect(world.simulator().control.calls(0).counts).toEqual(before);
    },
  );
});

it('refuses a suite, which sends nothing itself, and asks for no token', async () => {
  const { wecom } = await open('wecom_suite');
  for (const answer of codes(await wecom())) expect(answer).toEqual([409, 'ACCOUNT_SENDS_NOTHING']);
});

it.each(['wecom_app', 'wecom_suite_app', 'wecom_external_token'] as const)('lets %s have group messages', async (kind) => {
  const { wecom } = await open(kind);
  for (const answer of codes(await wecom())) expect(answer).toEqual([502, 'NO_TOKEN']);
});

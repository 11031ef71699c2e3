import '../../support/environment.ts';
import { expect, it } from 'vitest';
import { makeHandler as makeDeleteByUrl } from '../../../functions/official-account/delete-by-url.ts';
import { makeHandler as makeDelete } from '../../../functions/official-account/delete-mass-message.ts';
import { makeHandler as makeTrack } from '../../../functions/official-account/track.ts';
import { AccountSendsNothingError } from '../../../shared/store/errors.ts';
import { getSendingAccount } from '../../../shared/store/sending-account.ts';
import { deletingIn } from '../../support/deleting.ts';
import { context, post, read, request } from '../../support/request.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld({ from: new Date() });
const deleting = deletingIn(world);

it('refuses to follow or to delete a message of a third-party platform, which has none, and asks WeChat nothing', async () => {
  const { account_id, dependencies, ...parts } = await deleting();
  const isPlatform = {
    ...dependencies,
    accounts: { get: async (id: string) => ({ ...(await dependencies.accounts.get(id)), kind: 'third_party_platform' as const }) },
  };
  await expect(getSendingAccount('official_account', isPlatform.accounts, account_id)).rejects.toThrow(AccountSendsNothingError);
  const pathParameters = { account_id, msg_id: '7' };
  const before = world.simulator().control.calls(0).counts;
  const answers = await Promise.all([
    read(makeTrack({ ...parts, ...isPlatform })(post({ account_id }, { msg_id: '7' }), context)),
    read(makeDelete(isPlatform)(request({ pathParameters, queryStringParameters: { all: 'true' } }), context)),
    read(makeDeleteByUrl(isPlatform)(post({ account_id }, { url: 'https://mp.weixin.qq.com/s/page' }), context)),
  ]);
  for (const answer of answers) expect(answer).toMatchObject({ status: 409, body: { code: 'ACCOUNT_SENDS_NOTHING' } });
  expect(world.simulator().control.calls(0).counts).toEqual(before);
});

import { expect, it } from 'vitest';
import { discovered } from '../../../shared/domain/group-message.ts';
import { refreshed } from '../../../shared/domain/message-refresh.ts';
import { prodSync } from '../../support/prod-sync.ts';

const now = new Date('2026-03-02T08:00:00.000Z');

it('says why a message could not be read the last time, also where only the errcode is another', () => {
  const found = discovered('corp', 'single', { msgid: 'm1', create_time: now.getTime() / 1000 }, now);
  if (!found) throw new Error('no row');
  const refused = (message: typeof found, errcode: number) => {
    const failure = { at: now.toISOString(), code: 'WECHAT_REFUSED', detail: 'refused', errcode };
    return refreshed(message, { msgid: 'm1', members: 0, unconfirmed: false, failure }, undefined, now, prodSync);
  };
  const first = refused(found, 40058);
  if (!first) throw new Error('nothing was written');
  expect(refused(first, 40058)).toBeUndefined();
  expect(refused(first, 46004)).toMatchObject({ failure: { errcode: 46004 }, rev: first.rev + 1 });
});

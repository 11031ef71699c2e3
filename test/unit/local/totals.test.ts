import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { totalsTable, wrongTotals } from '../../../local/totals.ts';
import type { GroupMessageView } from '../../../shared/http/present-group-message.ts';

type Totals = NonNullable<GroupMessageView['totals']>;

const totals: Totals = {
  members: { all: 40, sent: 18, pending: 22, other: 0 },
  deliveries: { pending: 1100, sent: 828, not_friend: 18, limit_reached: 54, other: 0 },
  members_unread: 0,
};
const recorded = (msgid: string, of: Totals | null): GroupMessageView => ({
  account_id: 'wecom-main',
  msgid,
  chat_type: 'single',
  create_time: '2026-03-02T08:00:00.000Z',
  discovered_at: '2026-03-02T08:00:00.000Z',
  settled: false,
  history: [],
  history_dropped: 0,
  totals: of,
  totals_at: null,
});
const truth = (msgid: string) => ({
  msgid,
  corpid: 'ww-one',
  chat_type: 'single' as const,
  create_type: 0 as const,
  created_at: '2026-03-02T08:00:00.000Z',
  cancelled_at: null,
  members: { all: 40, sent: 18, pending: 22 },
  deliveries: { all: 2000, listed: 2000, pending: 1100, sent: 828, not_friend: 18, limit_reached: 54, other: 0 },
});

it('the totals of messages stand below each other, and what is unknown is not shown as none', () => {
  const messages = [
    recorded('one', totals),
    recorded('groups', { ...totals, deliveries: { ...totals.deliveries, sent: 5, not_friend: 0, pending: null } as Totals['deliveries'] }),
    recorded('unread', { ...totals, deliveries: null, members_unread: 40 }),
    recorded('new', null),
  ];
  expect(totalsTable(messages).map(stripVTControlCharacters)).toEqual([
    '          members  sent  pending  deliveries: sent  not_friend  limit_reached  pending',
    '  one          40    18       22               828          18             54    1,100',
    '  groups       40    18       22                 5           0             54  unknown',
    '  unread       40    18       22           unknown     unknown        unknown  unknown  without 40 members not read yet',
    '  new     unknown',
  ]);
});

it.each<[string, GroupMessageView[], string[]]>([
  ['nothing, where every figure is right', [recorded('one', totals)], []],
  [
    'one figure that is not',
    [recorded('one', { ...totals, members: { ...totals.members, sent: 17 } })],
    ['one is recorded as 40 17 22 828 18 54 1100 and is 40 18 22 828 18 54 1100'],
  ],
  [
    'statuses that were taken for each other',
    [recorded('one', { ...totals, deliveries: { pending: 1100, sent: 828, not_friend: 54, limit_reached: 18, other: 0 } })],
    ['one is recorded as 40 18 22 828 54 18 1100 and is 40 18 22 828 18 54 1100'],
  ],
  ['totals that are unknown', [recorded('one', null)], ['one is recorded as unknown and is 40 18 22 828 18 54 1100']],
  ['a message that has no record', [recorded('other', totals)], ['one is recorded as unknown and is 40 18 22 828 18 54 1100']],
])('compared with what is true, the records are found to be wrong about %s', (_, messages, expected) => {
  expect(wrongTotals(messages, [truth('one')])).toEqual(expected);
});

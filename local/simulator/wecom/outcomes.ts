import type { GroupMessageScript } from './script-schema.ts';

/** get_groupmsg_send_result (https://developer.work.weixin.qq.com/document/path/93338) */
export const deliveryStatus = { pending: 0, sent: 1, not_friend: 2, limit_reached: 3 } as const;

/** Of so many rows one with this share, evenly spread: of `n` rows exactly the whole part of `n * share`. */
const isTurn = (position: number, share: number) => upTo(position + 1, share) > upTo(position, share);
/** 0.29 * 100 is 28.999999999999996. */
const upTo = (position: number, share: number) => Math.floor(position * share + 1e-9);

/** What becomes of a member's row when he has pressed send; `deselected` rows stay pending for ever. */
export const outcomeOf = (position: number, { not_friend, limit_reached, deselected }: GroupMessageScript['outcomes']) => {
  let left = position;
  let rest = 1;
  for (const [share, status] of [
    [not_friend, deliveryStatus.not_friend],
    [limit_reached, deliveryStatus.limit_reached],
    [deselected, deliveryStatus.pending],
  ] as const) {
    const part = rest > 0 ? share / rest : 0;
    if (isTurn(left, part)) return status;
    left -= upTo(left, part);
    rest -= share;
  }
  return deliveryStatus.sent;
};

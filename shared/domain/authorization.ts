import type { Account } from './account.ts';

// The permission set that mass messages belong to: sending, deleting and their status.
// https://developers.weixin.qq.com/doc/service/api/notify/message/api_massmsgget
const massMessagePermissionSet = 7;

export const allowsMassMessages = (funcIds: readonly number[]): boolean => funcIds.includes(massMessagePermissionSet);

/** The owner withdrew the authorization: there is no token to be had until it is given again. */
export const hasLapsed = ({ authorization }: Pick<Account, 'authorization'>): boolean => authorization?.lapsed === true;

/** Whether WeChat has yet to be asked what the owner allows, though the token may still be good. */
export const isUnexplored = ({ kind, authorization }: Pick<Account, 'kind' | 'authorization'>): boolean =>
  kind === 'authorized_official_account' && authorization?.func_ids === undefined;

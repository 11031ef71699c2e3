import type { ChatType } from './group-message.ts';
import { toUnix } from './time.ts';

// "At most a month": the shortest has 28 days. https://developer.work.weixin.qq.com/document/path/93338
const windowSeconds = 28 * 86_400;

/** What get_groupmsg_list_v2 is asked for; times in seconds since 1970, both ends included. */
export interface SyncWindow {
  readonly chatType: ChatType;
  readonly startTime: number;
  readonly endTime: number;
}

/** A period in pieces that WeCom takes, which have no second in common, each for both kinds of recipients. */
export const windowsOf = ({ start_time, end_time }: { readonly start_time: string; readonly end_time: string }): SyncWindow[] => {
  const [first, last] = [toUnix(start_time), toUnix(end_time)];
  const windows: SyncWindow[] = [];
  for (let startTime = first; startTime <= last; startTime += windowSeconds + 1) {
    const endTime = Math.min(startTime + windowSeconds, last);
    for (const chatType of ['single', 'group'] as const) windows.push({ chatType, startTime, endTime });
  }
  return windows;
};

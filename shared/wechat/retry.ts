import { WechatError, WechatUnavailableError } from './wechat-error.ts';

// WeCom asks for at most three after -1 (path/90313); the same is right for the rest.
const MAX_RETRIES = 3;
const BASE_MS = 200;
const CAP_MS = 2000;

export interface RetryClock {
  readonly now: () => Date;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Repeats what is transient, with full jitter. A pause that would end past the deadline is not begun: the last error is the answer. */
export const retryTransient = async <T>(attempt: () => Promise<T>, deadline: Date, { now, random, sleep }: RetryClock): Promise<T> => {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      const pause = random() * Math.min(CAP_MS, BASE_MS * 2 ** retries);
      if (!isTransient(error) || retries === MAX_RETRIES || now().getTime() + pause >= deadline.getTime()) throw error;
      await sleep(pause);
    }
  }
};

const isTransient = (error: unknown): boolean =>
  error instanceof WechatError
    ? error.class === 'transient'
    : error instanceof WechatUnavailableError && error.code !== 'WECHAT_ANSWER_TOO_LARGE';

import type { Clock } from './clock.ts';
import { Refusal, toAnswer } from './official-account/errors.ts';
import type { Call, Platform, WechatAnswer } from './platform.ts';
import type { RandomText } from './random-text.ts';

/** Everything that api.weixin.qq.com answers: one endpoint for each path, and its refusals as answers. */
export const makePlatform = (
  { clock, random }: { readonly clock: Clock; readonly random: RandomText },
  endpoints: ReadonlyMap<string, (call: Call) => WechatAnswer>,
): Platform => {
  const refuse = (refusal: Refusal) => toAnswer(refusal, clock.time(), random);
  return {
    invalidToken: 40001,
    owns: (path) => endpoints.has(path),
    answer: (call) => {
      try {
        const endpoint = endpoints.get(call.path);
        if (!endpoint) throw new Error(`no endpoint ${call.path}`);
        return endpoint(call);
      } catch (error) {
        if (error instanceof Refusal) return refuse(error);
        throw error;
      }
    },
    failure: (errcode, errmsg) => refuse(new Refusal(errcode, errmsg)),
  };
};

import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Platform, WechatAnswer } from '../platform.ts';
import { authenticate, type Caller } from './caller.ts';
import { toAnswer, WecomRefusal } from './errors.ts';
import { listGroupMessages, listResults, listTasks } from './list-endpoints.ts';
import type { WecomState } from './state.ts';
import type { SuiteState } from './suite-state.ts';
import { getCorpToken, getSuiteToken, getToken } from './token-endpoints.ts';

/** https://qyapi.weixin.qq.com as an app's or a provider's server sees it. `closing` ends the waiting of slow answers. */
export const wecomPlatform = (suites: SuiteState, closing: AbortSignal): Platform => {
  const state = suites.wecom;

  /** Calls count for the corp, and those that are under way are counted as well. */
  const withCaller = (endpoint: (state: WecomState, call: Call, caller: Caller) => WechatAnswer) => async (call: Call) => {
    const caller = authenticate(suites, call);
    const { limits, answer_ms } = state.corps.get(caller.corpid) ?? {};
    if (!limits) throw new WecomRefusal(40014);
    state.use(caller.corpid, call.path, limits);
    const key = `${caller.corpid} ${call.path}`;
    const others = state.underWay.get(key) ?? 0;
    if (limits.concurrent !== null && others >= limits.concurrent) throw new WecomRefusal(45033);
    state.underWay.set(key, others + 1);
    try {
      const answer = endpoint(state, call, caller);
      if (answer_ms) await sleep(answer_ms, undefined, { signal: closing }).catch(() => {});
      return answer;
    } finally {
      state.underWay.set(key, (state.underWay.get(key) ?? 1) - 1);
    }
  };

  const endpoints = new Map<string, (call: Call) => WechatAnswer | Promise<WechatAnswer>>([
    ['/cgi-bin/gettoken', (call) => getToken(state, call)],
    ['/cgi-bin/service/get_suite_token', (call) => getSuiteToken(suites, call)],
    ['/cgi-bin/service/get_corp_token', (call) => getCorpToken(suites, call)],
    ['/cgi-bin/externalcontact/get_groupmsg_list_v2', withCaller(listGroupMessages)],
    ['/cgi-bin/externalcontact/get_groupmsg_task', withCaller(listTasks)],
    ['/cgi-bin/externalcontact/get_groupmsg_send_result', withCaller(listResults)],
  ]);
  const refuse = (refusal: WecomRefusal, address?: string) => toAnswer(refusal, state.clock.time(), state.random, address);
  return {
    invalidToken: 40014,
    owns: (path) => endpoints.has(path),
    answer: async (call) => {
      try {
        return (await endpoints.get(call.path)?.(call)) ?? {};
      } catch (error) {
        if (error instanceof WecomRefusal) return refuse(error, call.address);
        throw error;
      }
    },
    failure: (errcode, errmsg) => refuse(new WecomRefusal(errcode, errmsg)),
  };
};

import type { WechatAnswer } from '../platform.ts';
import type { RandomText } from '../random-text.ts';

/**
 * The simulator's wording of WeCom's error numbers. The numbers are the contract (https://developer.work.weixin.qq.com/document/path/90313, which says
 * that the words are not); many of them mean something else on the Official Account's side.
 */
const meanings: Readonly<Record<number, string>> = {
  [-1]: 'system busy',
  40001: 'invalid credential',
  40013: 'invalid corpid',
  40014: 'invalid access_token',
  40035: 'invalid parameter',
  40058: 'invalid Request Parameter',
  40063: 'some parameters are empty',
  40080: 'invalid suite_secret',
  40082: 'invalid suite_token',
  40083: 'invalid suite_id',
  40084: 'invalid permanent_code',
  40085: 'invalid suite_ticket',
  41001: 'access_token missing',
  41002: 'corpid missing',
  41004: 'corpsecret missing',
  41009: 'userid missing',
  41021: 'suite_id missing',
  41022: 'suite_token missing',
  41023: 'suite_ticket missing',
  41024: 'suite_secret missing',
  41025: 'permanent_code missing',
  41046: 'missing groupmsg id',
  41047: 'invalid groupmsg id',
  41048: 'no customer to send',
  41063: 'group message is being dispatched, try again later',
  41093: 'group message was cancelled',
  42001: 'access_token expired',
  42009: 'suite_access_token expired',
  45009: 'api freq out of limit',
  45033: 'api concurrent out of limit',
  48002: 'api forbidden',
  48004: 'authorization relation is invalid',
  50002: 'user is out of the app scope',
  50100: 'invalid cursor',
  60020: 'not allow to access from your ip',
  60111: 'userid not found',
};

/** A refusal by WeCom, on its way to becoming an answer. */
export class WecomRefusal extends Error {
  readonly errcode: number;
  constructor(errcode: number, errmsg = meanings[errcode] ?? 'unknown error') {
    super(errmsg);
    this.name = 'WecomRefusal';
    this.errcode = errcode;
  }
}

/** With the hint, the caller's address and the link that WeCom appends to its errmsg. */
export const toAnswer = ({ errcode, message }: WecomRefusal, time: number, random: RandomText, address?: string): WechatAnswer => ({
  errcode,
  errmsg: [
    message,
    `hint: [${Math.floor(time / 1000)}${String(Number.parseInt(random.hex(7), 16)).padStart(9, '0')}]`,
    ...(address === undefined ? [] : [`from ip: ${address}`]),
    `more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`,
  ].join(', '),
});

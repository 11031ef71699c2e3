import { WechatError } from './wechat-error.ts';

const lowest = 89501;
const highest = 89505;

/**
 * For a question about a message, 89501 to 89505 are no errors: somebody has yet to confirm. 89503 says so of the call
 * itself and not of the message, which is why the errcode goes with the answer.
 * https://developers.weixin.qq.com/doc/service/api/notify/message/api_massmsgget
 * @throws every other error, as it is
 */
export const awaitingConfirmation = (error: unknown): { msg_status: null; confirmation: 'awaiting'; errcode: number } => {
  if (!(error instanceof WechatError && error.errcode >= lowest && error.errcode <= highest)) throw error;
  return { msg_status: null, confirmation: 'awaiting', errcode: error.errcode };
};

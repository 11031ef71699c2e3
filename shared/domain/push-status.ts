import type { MassMessageState } from './mass-message.ts';

/** What the status of a push stands for. */
export interface PushStatus {
  readonly state: MassMessageState;
  readonly meaning?: string;
}

/**
 * The statuses of MASSSENDJOBFINISH, without white space. The numbers are its own and no errcodes.
 * https://developers.weixin.qq.com/doc/service/guide/product/message/Batch_Sends.html
 */
const documented: Readonly<Record<string, PushStatus & { readonly meaning: string }>> = {
  sendsuccess: { state: 'sent', meaning: 'sent; a few recipients may not have received it' },
  sendfail: { state: 'failed', meaning: 'failed' },
  'err(10001)': { state: 'rejected', meaning: 'suspected of advertising' },
  'err(20001)': { state: 'rejected', meaning: 'suspected of political content' },
  'err(20002)': { state: 'rejected', meaning: 'suspected of pornography' },
  'err(20004)': { state: 'rejected', meaning: 'suspected of harming society' },
  'err(20006)': { state: 'rejected', meaning: 'suspected of crime' },
  'err(20008)': { state: 'rejected', meaning: 'suspected of fraud' },
  'err(20013)': { state: 'rejected', meaning: 'suspected of infringing copyright' },
  'err(21000)': { state: 'rejected', meaning: 'rejected for another reason' },
  'err(22000)': { state: 'rejected', meaning: 'suspected of mutual promotion' },
  'err(30001)': {
    state: 'failed',
    meaning: 'the check for originality broke down and the sender had chosen to stop at a reprint: it may be sent again',
  },
  'err(30002)': { state: 'rejected', meaning: 'may not be sent, as the check for originality found' },
  'err(30003)': { state: 'rejected', meaning: 'found to be a reprint, and the sender had chosen to stop at one (send_ignore_reprint 0)' },
  'err(40001)': { state: 'confirmation_refused', meaning: 'an administrator of the account refused it' },
  'err(40002)': { state: 'confirmation_expired', meaning: 'no administrator of the account confirmed it within 30 minutes' },
};

/** @returns undefined for a word that nobody knows: it is kept and changes no state. A number that nobody knows is a failure. */
export const readStatus = (status: string): PushStatus | undefined => {
  const word = status.replace(/\s/g, '').toLowerCase();
  if (Object.hasOwn(documented, word)) return documented[word];
  return /^err\(\d+\)$/.test(word) ? { state: 'failed' } : undefined;
};

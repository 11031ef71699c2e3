import * as z from 'zod';

/** WeCom says nothing of what it is made of. No slash: it is a segment of our paths and keys. */
const upstreamId = (what: string, most: number) =>
  z
    .string()
    .regex(new RegExp(`^[!-.0-~]{1,${most}}$`), { error: `must be ${what}: at most ${most} visible ASCII characters and no slash` });

export const groupMessageId = upstreamId('the msgid of a group message', 256);
export const memberId = upstreamId('the userid of a member', 128);
/** Of a customer (external_userid) or of a customer group (chat_id). */
export const recipientId = upstreamId('the id of a customer or of a customer group', 256);

/** What tasks are kept under: none of the parts has a slash. */
export const messageKey = (accountId: string, msgid: string): string => `${accountId}/${msgid}`;
/** What deliveries are kept under. */
export const taskKey = (accountId: string, msgid: string, userid: string): string => `${accountId}/${msgid}/${userid}`;
/** What the deliveries to one recipient are found by. */
export const recipientKey = (accountId: string, id: string): string => `${accountId}/${id}`;

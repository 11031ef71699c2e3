import { type ErrorRow, errorTable } from './error-lookup.ts';

const OUR_FAULT = 'Waybill sent what it should not have: report it with the operation and the rid.';
const RENEW = 'Renew the access token once and repeat; if it comes back, find the other program that fetches tokens for this AppID.';
const CHECK_SECRET = "Write the right AppID and AppSecret into the account's credential.";
const REAUTHORIZE = 'Have the owner of the Official Account authorize the third-party platform again.';
const APPEAL = "See the notices in the Official Account's console and settle the restriction there.";
const NEXT_TICKET = 'Wait for the next component_verify_ticket, which WeChat pushes every ten minutes, and check that the push arrives.';
const CONFIRM = "Have an administrator answer the confirmation request in the Official Account's security center.";
const UNDOCUMENTED_FAULT = 'Repeat once; WeChat lists the code without a meaning, so look up the rid if it comes back.';

/** An administrator takes half a minute at least, and has thirty. */
const CONFIRMATION_POLL = 30;
/** The daily quota ends at midnight in China, but an operator may clear it before: an hour finds out without wasting calls. */
const DAILY_QUOTA_POLL = 3600;
const MINUTE_QUOTA = 60;
/** How often the ticket is pushed. */
const TICKET_INTERVAL = 600;

/**
 * After https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken, .../api/notify/message/api_sendall and the
 * error tables of the neighbouring pages. 89508 and 89509 are said to exist, but no page has them: they stay unknown.
 */
// biome-ignore format: one code a line reads as the table it is
const rows: readonly ErrorRow[] = [
  [-1, 'transient', 503, 'system busy', 'Repeat after a second, at most three times.', 1],
  [40001, 'token', 502, 'the access token is invalid or not the latest', RENEW],
  [40002, 'permanent', 500, 'invalid grant_type', OUR_FAULT],
  [40003, 'permanent', 422, 'invalid openid, or not a follower of this account', 'Send only openids that follow this Official Account.'],
  [40007, 'permanent', 422, 'invalid media_id', 'Upload the material again and use its new media_id.'],
  [40008, 'permanent', 422, 'invalid message type', 'Use a message type that mass messages allow.'],
  [40013, 'permission', 502, 'invalid AppID', CHECK_SECRET],
  [40014, 'token', 502, 'invalid access token', RENEW],
  [40030, 'permission', 502, 'invalid refresh_token', REAUTHORIZE],
  [40031, 'permanent', 422, 'invalid list of openids', 'Correct the list of openids.'],
  [40032, 'permanent', 422, 'the list of openids has a wrong length', 'Send between 2 and 10,000 openids.'],
  [40035, 'permanent', 400, 'invalid parameter', 'Correct the parameter that errmsg names.'],
  [40059, 'permanent', 404, 'invalid msg_id', "Check that the msg_id is one of this account's; a message sent seconds ago may not be visible yet."],
  [40060, 'permanent', 422, 'invalid article_idx', 'Give the position of an article the message has, counted from 1.'],
  [40065, 'permanent', 409, 'the status of the message does not allow this', 'Delete only messages that were sent successfully.'],
  [40125, 'permission', 502, 'invalid AppSecret', CHECK_SECRET],
  [40130, 'permanent', 422, 'at least two openids are needed', 'Send to two openids or more, or use another kind of message.'],
  [40152, 'permanent', 422, 'invalid tag id', 'Use the id of a tag that this Official Account has.'],
  [40164, 'permission', 502, 'the calling IP is not in the allow-list', "Enter the service's fixed egress addresses in the Official Account's IP allow-list (IP白名单)."],
  [40204, 'permanent', 422, 'the article was judged a reworked copy or a rumour', "Such an article cannot be deleted by API: see the notices in the Official Account's console."],
  [40243, 'permission', 502, 'the AppSecret is frozen', "Unfreeze the AppSecret in the Official Account's console, or reset it and write it into the credential."],
  [41001, 'permanent', 500, 'access_token is missing', OUR_FAULT],
  [[41002, 41004], 'permanent', 500, 'appid or secret is missing', OUR_FAULT],
  [42001, 'token', 502, 'the access token has expired', RENEW],
  [42002, 'permission', 502, 'the refresh_token has expired', REAUTHORIZE],
  [42007, 'permission', 403, 'the user changed the WeChat password: the tokens are void', REAUTHORIZE],
  [42010, 'rate_limited', 429, 'operating too fast', 'Wait a minute, and send no more than 60 mass messages a minute.', MINUTE_QUOTA],
  [43002, 'permanent', 500, 'POST is required', OUR_FAULT],
  [43004, 'permanent', 422, 'the recipient does not follow the account', 'Send only to followers.'],
  [43019, 'permanent', 422, 'the recipient is on the blocklist', "Take the recipient off the Official Account's blocklist or leave them out."],
  [44002, 'permanent', 500, 'the POST body is empty', OUR_FAULT],
  [45009, 'rate_limited', 429, 'the daily quota of this API is used up', 'Wait for the next day, or clear the quota in the console (ten times a month).', DAILY_QUOTA_POLL],
  [45011, 'rate_limited', 429, 'the quota of this minute is used up', 'Repeat in the next minute.', MINUTE_QUOTA],
  // No delay: depending on the kind of account the next send is allowed tomorrow or next month.
  [45028, 'rate_limited', 429, 'no mass messages left in this period', 'Wait for the next day (subscription account) or month (service account).'],
  [45033, 'permanent', 422, 'the limit of this card has been reached', "Raise the card's limit or send another card."],
  [45062, 'permission', 403, 'the advertising agreement asks for the console', "Send this message from the Official Account's console."],
  // An error for us although the message exists: only the caller knows whether it was the same message.
  [45065, 'permanent', 409, 'the clientmsgid was used before', 'Take the msg_id in the answer: the message was sent by the first request.'],
  [45066, 'rate_limited', 429, 'the same clientmsgid again too soon', 'Wait a minute before repeating with the same clientmsgid.', MINUTE_QUOTA],
  [45067, 'permanent', 422, 'the clientmsgid is too long', 'Shorten the clientmsgid.'],
  [45083, 'permanent', 422, 'the speed is out of range', 'Give a speed from 0 to 4.'],
  [45084, 'permanent', 422, 'the speed is missing', 'Give a speed from 0 to 4.'],
  [45113, 'permanent', 422, 'cards and goods are no longer supported', 'Send the message without cards and goods.'],
  [47001, 'permanent', 400, 'the body is not valid JSON or XML', 'Correct the body; report it if Waybill made it.'],
  [48001, 'permission', 403, 'the account may not use this API', 'Verify the Official Account, or have it grant the permission set for mass messages.'],
  [48002, 'permanent', 422, 'the follower refuses messages', 'Leave this follower out.'],
  [48003, 'permission', 403, 'the mass message agreement has not been accepted', "Accept the agreement in the Official Account's console."],
  [48004, 'permission', 403, 'the API is banned for a violation', APPEAL],
  // No delay: the count starts anew with the month.
  [48006, 'rate_limited', 429, 'clear_quota was used ten times this month', 'Wait for the next day, when the quota itself starts anew.'],
  [48008, 'permission', 403, 'no right to send this type of message', 'Use a type of message that this account may send.'],
  [48021, 'permanent', 409, 'the draft was saved automatically and cannot be sent', 'Save the draft by hand, then send it.'],
  [48022, 'permanent', 422, 'a video uploaded by API cannot be sent', 'Use a video that was uploaded in the console.'],
  [50001, 'permission', 403, 'the user has not authorized this API', REAUTHORIZE],
  [50002, 'permission', 403, 'the user is limited: frozen or banned', APPEAL],
  [50004, 'permission', 403, 'the account may not fetch tokens', APPEAL],
  [50007, 'permission', 403, 'the account is frozen', APPEAL],
  [61003, 'permission', 403, 'the account has not authorized this third-party platform', REAUTHORIZE],
  [61004, 'permission', 502, 'the calling IP is not registered with the third-party platform', "Enter the service's fixed egress addresses in the third-party platform's IP allow-list."],
  [61005, 'token', 503, 'the component_verify_ticket has expired', NEXT_TICKET, TICKET_INTERVAL],
  [61006, 'token', 503, 'the component_verify_ticket is invalid', NEXT_TICKET, TICKET_INTERVAL],
  [61007, 'permission', 403, 'the API is not authorized to the third-party platform', 'Have the owner grant the permission set for mass messages.'],
  [61009, 'permanent', 400, 'the authorization code is invalid', 'Start the authorization again.'],
  [61010, 'permanent', 400, 'the authorization code has expired', 'Start the authorization again.'],
  [61011, 'permission', 502, 'invalid third-party platform', "Write the right component AppID and secret into the account's credential."],
  [61014, 'token', 502, "this call takes the third-party platform's own token", RENEW],
  [61015, 'token', 502, "this call takes the account's token, not the third-party platform's", RENEW],
  [61023, 'permission', 403, 'the refresh_token is invalid', REAUTHORIZE],
  [[76021, 76022], 'permanent', 400, "the cgi_path is unknown or not this account's", 'Ask for the quota of an API path that this account may call.'],
  [[89501, 89502], 'waiting', 202, 'an administrator has yet to answer a confirmation request', CONFIRM, CONFIRMATION_POLL],
  [89503, 'waiting', 202, 'this call needs the confirmation of an administrator', CONFIRM, CONFIRMATION_POLL],
  [89504, 'waiting', 202, 'the mass message still awaits confirmation', CONFIRM, CONFIRMATION_POLL],
  [89505, 'waiting', 202, 'the mass message has entered confirmation', CONFIRM, CONFIRMATION_POLL],
  // Permission, not rate limit: waiting alone leads to the same refusal.
  [89506, 'permission', 503, 'an administrator refused this IP repeatedly: blocked for 24 hours', "Talk to the Official Account's administrator, wait 24 hours, and have the next request confirmed.", 86_400],
  [89507, 'permission', 503, 'an administrator refused this IP: blocked for an hour', "Talk to the Official Account's administrator, wait an hour, and have the next request confirmed.", 3600],
  [[9500001, 9500002, 268488001], 'transient', 502, 'listed by WeChat without a meaning', UNDOCUMENTED_FAULT, 5],
];

// biome-ignore format: as above
const tokenEndpointRows: readonly ErrorRow[] = [
  [40001, 'permission', 502, 'the AppSecret is wrong', CHECK_SECRET],
  // 202 is for a status that was asked for; without a token there is nothing to answer with.
  [89503, 'waiting', 503, 'this IP needs the confirmation of an administrator', CONFIRM, CONFIRMATION_POLL],
];

export const officialAccountErrors = errorTable(rows, tokenEndpointRows);

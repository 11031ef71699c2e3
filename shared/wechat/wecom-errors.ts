import { type ErrorRow, errorTable, range } from './error-lookup.ts';

const OUR_FAULT = 'Waybill sent what it should not have: report it with the operation and errmsg.';
const RENEW = 'Renew the access token once and repeat; if it comes back, check that the secret belongs to this app.';
const RENEW_SUITE = 'Renew the suite_access_token once and repeat.';
const CHECK_CREDENTIAL = "Correct the account's credential.";
const CHECK_SUITE = "Write the right suite id and suite secret into the account's credential.";
const REAUTHORIZE = 'Have an administrator of the corp authorize the app again.';
const ALLOW_APP = 'Add the app to 客户联系 > 可调用接口的应用, or have the corp grant it 群发消息给客户和客户群.';
const WIDEN_SCOPE = "Add the member to the app's visible scope.";
const CORRECT = 'Correct the parameter that errmsg names.';
const CHECK_USERID = 'Use the userid of a member as this app sees it.';
const CHECK_CUSTOMER = 'Use the external_userid as this app sees it: own apps and provider apps see different ids.';
const CHECK_WELCOME = 'Use the welcome code within 20 seconds of its event, once.';
const CHECK_MINI_PROGRAM = 'Link the mini program to the corp and to the app, and use its own appid.';
const TRUST_IP =
  "Enter the service's fixed egress addresses in the app's 企业可信IP (an own app) or in the provider's IP allow-list; wait a minute.";
const NOT_USED = 'Report it with the operation: Waybill calls no API that answers this.';

/** Blocked for as long as the window that was exceeded (path/90312); of minute, hour and day the minute comes first. */
const MINUTE_WINDOW = 60;
/** Too many wrong secrets, and no call from the address is answered for an hour (path/90313): seven tries in the first hour are few. */
const WRONG_SECRET = 600;
const BANNED = 3600;
/** Calls in flight end within seconds. */
const IN_FLIGHT = 5;
/** How often the ticket is pushed (path/90628). */
const TICKET_INTERVAL = 600;
/** Three reminders in 24 hours (path/97610). */
const REMINDER_WINDOW = 86_400;

/** After https://developer.work.weixin.qq.com/document/path/90313 */
// biome-ignore format: one code a line reads as the table it is
const rows: readonly ErrorRow[] = [
  [-1, 'transient', 503, 'system busy', 'Repeat after a second, at most three times.', 1],
  [6000, 'transient', 503, 'data version conflict', 'Repeat after a second.', 1],
  // Never 'token': fetching again with a wrong secret gets the IP banned for an hour.
  [40001, 'permission', 502, 'invalid secret: wrong, reset, or the app was stopped', "Write the app's current secret into the account's credential, and check that the app is enabled.", WRONG_SECRET],
  [40003, 'permanent', 422, 'invalid userid', CHECK_USERID],
  [40007, 'permanent', 422, 'invalid media_id', 'Upload the material again: a media_id lives three days.'],
  [40013, 'permission', 502, 'invalid corpid', CHECK_CREDENTIAL],
  [40014, 'token', 502, 'invalid access token: expired or of the wrong kind', RENEW],
  [40031, 'permanent', 422, 'invalid list of userids', CHECK_USERID],
  [[40035, 40058], 'permanent', 400, 'invalid parameter', CORRECT],
  [40056, 'permanent', 422, 'invalid agentid', 'Use the agentid of this app.'],
  [40059, 'permanent', 422, 'invalid location flag', CORRECT],
  [40063, 'permanent', 400, 'a parameter is empty', CORRECT],
  [40080, 'permission', 502, 'invalid suite_secret', CHECK_SUITE, WRONG_SECRET],
  [40082, 'token', 502, 'invalid suite_access_token', RENEW_SUITE],
  [40083, 'permission', 502, 'invalid suite_id', CHECK_SUITE],
  [40084, 'permission', 403, 'invalid permanent_code, or the authorization was withdrawn', REAUTHORIZE],
  [40085, 'token', 503, 'the suite_ticket is invalid or has expired', 'Wait for the next suite_ticket, pushed every ten minutes, and check that the push arrives.', TICKET_INTERVAL],
  [40091, 'permission', 502, 'the secret belongs to another corp', CHECK_CREDENTIAL, WRONG_SECRET],
  [40096, 'permanent', 422, 'invalid external userid', CHECK_CUSTOMER],
  [40125, 'permanent', 422, 'invalid open_userid', 'Use the open_userid that this provider was given.'],
  [[40201, 40204], 'permanent', 422, 'stopped by the spam filter', 'Change the content of the message.'],
  [40206, 'permanent', 413, 'the body is too large', 'Ask for less at a time.'],
  [41001, 'permanent', 500, 'access_token is missing', OUR_FAULT],
  [[41002, 41004, 41009], 'permanent', 400, 'corpid, secret or userid is missing', CORRECT],
  [range(41021, 41025), 'permanent', 500, 'suite_id, suite_access_token, suite_ticket, suite_secret or permanent_code is missing', OUR_FAULT],
  [41035, 'permanent', 400, 'external_userid is missing', CORRECT],
  [41044, 'permanent', 422, 'invalid config_id of a contact way', 'Use the config_id of a contact way that exists.'],
  [41045, 'permanent', 409, 'no more contact ways are allowed', 'Delete contact ways that are no longer used.'],
  [41046, 'permanent', 400, 'the msgid of the group message is missing', 'Give the msgid of a group message.'],
  [41047, 'permanent', 404, 'invalid msgid of a group message', 'Use a msgid of this corp that this app may see.'],
  [41048, 'permanent', 422, 'there is no customer to send to', 'Choose senders or filters that match at least one customer.'],
  [range(41049, 41051), 'permanent', 422, 'the welcome code is missing or invalid, or the chat has begun', CHECK_WELCOME],
  [41052, 'permanent', 422, 'invalid send time', 'Give a send time that is documented as possible.'],
  [41053, 'permanent', 422, 'the customer has not consented to chat archiving', 'Leave this customer out until they consent.'],
  [41054, 'permanent', 422, 'the member has not activated the account', 'Have the member activate the account.'],
  // 503, not 202: whoever asks for tasks or results gets none of them yet.
  [41063, 'waiting', 503, 'the group message is still being dispatched', 'Ask again in a few seconds.', 10],
  [[41064, 41065], 'permanent', 422, 'too many attachments, or one of a wrong type', 'Send at most nine attachments of the documented types.'],
  // 410, not 409: a cancelled group message never comes back.
  [41093, 'permanent', 410, 'the group message was cancelled', 'Stop asking for this group message.'],
  [41094, 'rate_limited', 429, 'too many reminders for this group message', 'Remind at most three times in 24 hours.', REMINDER_WINDOW],
  [42001, 'token', 502, 'the access token has expired', RENEW],
  [42007, 'permanent', 400, 'the pre_auth_code has expired', 'Start the authorization again.'],
  [42009, 'token', 502, 'the suite_access_token has expired', RENEW_SUITE],
  [43004, 'permanent', 422, 'the userid is not bound to WeChat', 'Have the member bind WeChat to the account.'],
  [44004, 'permanent', 422, 'the text is empty', 'Give the message a text.'],
  [45009, 'rate_limited', 429, 'too many calls, or too many with a wrong secret', 'Wait, call less often, and check the secret if there were few calls.', MINUTE_WINDOW],
  [45031, 'permission', 502, 'the secret is not safe', "Reset the app's secret and write the new one into the account's credential."],
  [45033, 'rate_limited', 429, 'too many calls of this API at once', 'Lower the number of calls in flight for this corp.', IN_FLIGHT],
  [45035, 'transient', 503, 'conflict with a call at the same moment', 'Repeat after a second.', 1],
  [45036, 'rate_limited', 429, 'access to the data is limited for unusual traffic', 'Ask for less at a time, and more slowly.', MINUTE_WINDOW],
  [46004, 'permanent', 404, 'the member does not exist', CHECK_USERID],
  [48001, 'permission', 403, 'the API is not authorized', ALLOW_APP],
  [48002, 'permission', 403, 'no permission for this API, or the wrong kind of token', ALLOW_APP],
  [48003, 'permission', 403, 'the suite_id does not match', CHECK_SUITE],
  [48004, 'permission', 403, 'the authorization is invalid or was cancelled', REAUTHORIZE],
  [48005, 'permanent', 410, 'the API was retired', 'Update Waybill, or report it with the operation.'],
  [48006, 'permission', 403, 'the permission was withdrawn because the app was unused for long', "Grant the permission again in the corp's console."],
  [48008, 'permission', 403, 'only a token of the contacts app may do this', "Use the secret of the corp's contacts app."],
  [48011, 'permission', 403, 'the corp is too little active for customer data', 'Have more members use WeCom, then repeat.'],
  [50002, 'permission', 403, 'the member is outside the scope', WIDEN_SCOPE],
  [50003, 'permission', 403, 'the app is disabled', "Enable the app in the corp's console."],
  [50100, 'permanent', 409, 'invalid paging cursor', 'Start again from the first page.'],
  [60011, 'permission', 403, 'no right on this member, department or tag', WIDEN_SCOPE],
  [60020, 'permission', 502, 'the calling IP is not trusted', TRUST_IP],
  [[60021, 60030, 60031], 'permission', 403, 'outside the visible scope, or closed to this app', WIDEN_SCOPE],
  [60111, 'permanent', 404, 'the userid does not exist', CHECK_USERID],
  [60268, 'permanent', 400, 'invalid cursor parameter', 'Start again from the first page.'],
  // Permanent although a right may be missing: the same answer covers ids that do not exist.
  [81013, 'permanent', 422, 'none of the userids, departments and tags is valid and within reach', CHECK_USERID],
  // 422, not 404: both may exist, only not to one another.
  [84061, 'permanent', 422, 'member and customer are not in contact', 'Name a customer whom this member has added.'],
  [84074, 'permission', 403, 'no permission for external contacts', ALLOW_APP],
  [84083, 'permanent', 422, 'the member is not service staff', 'Name a member who may have customers.'],
  [84084, 'permanent', 422, 'the member does not follow this customer', 'Name a member who has added the customer.'],
  [[86001, 86003], 'permanent', 422, 'the chat_id is invalid or missing', 'Use the chat_id of a customer group of this corp.'],
  [range(90001, 90003), 'permanent', 502, 'belongs to shake-nearby', NOT_USED],
  [range(90100, 90106), 'permanent', 502, 'belongs to profile attributes', NOT_USED],
  [range(90206, 90208), 'permanent', 422, 'the mini program is not linked, invalid, or not the same', CHECK_MINI_PROGRAM],
  [range(90300, 90433), 'permanent', 502, 'belongs to payments', NOT_USED],
  [range(90500, 90511), 'permanent', 422, 'the chat is not a customer group, or cannot be handed over', 'Name a customer group that still has an owner in this corp.'],
  [301002, 'permission', 403, 'the token belongs to another app', "Use the secret of the app that the agentid names."],
  [301007, 'permission', 403, 'the corp was dissolved or banned', 'Clear it up with WeCom, or remove the account.'],
  [301042, 'permission', 502, 'the calling IP is not in the allow-list of the chat archive', TRUST_IP],
  [610003, 'permanent', 422, 'invalid scene', CORRECT],
  [610004, 'permanent', 422, 'not a customer of this corp', CHECK_CUSTOMER],
  [610016, 'permission', 403, 'the corp is not verified', 'Have the corp verified by WeCom.'],
  [[610023, 610024], 'permission', 403, 'the number of customers is at its limit, or a qualification is missing', "Raise the limit or supply the qualification in the corp's console."],
  [701008, 'permission', 403, 'no valid interop licence for the member', 'Buy or activate an interop licence for the member.'],
  [2000002, 'permission', 502, 'the corpid does not exist', CHECK_CREDENTIAL],
];

// biome-ignore format: one code a line reads as the table it is
const onTokenEndpoint: readonly ErrorRow[] = [
  [45009, 'permission', 503, 'too many calls for a token, or too many with a wrong secret: the calling IP is banned for an hour', 'Correct the secret of every account that WeCom refuses; the ban ends after an hour.', BANNED],
];

export const wecomErrors = errorTable(rows, onTokenEndpoint);

/** What a caller must be allowed to do to use a route. */
export type Permission = 'read' | 'track' | 'delete' | 'operate';

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Path of the function's file below functions/, without its extension. */
  readonly handler: string;
  readonly permission: Permission;
  readonly summary: string;
}

const account = '/v1/accounts/{account_id}';

/** Every route of the API, once: the infrastructure deploys this table and the OpenAPI file describes it. */
export const routes = [
  {
    method: 'GET',
    path: `${account}/live/mass-messages/{msg_id}`,
    handler: 'official-account/get-live-status',
    permission: 'read',
    summary: 'Asks WeChat for the status of a mass message now (massmsgget)',
  },
  {
    method: 'POST',
    path: `${account}/mass-messages`,
    handler: 'official-account/track',
    permission: 'track',
    summary: 'Registers a mass message to be followed to its end',
  },
  {
    method: 'GET',
    path: `${account}/mass-messages`,
    handler: 'official-account/list',
    permission: 'read',
    summary: 'Lists the mass messages of an account, the newest first',
  },
  {
    method: 'GET',
    path: `${account}/mass-messages/{msg_id}`,
    handler: 'official-account/get',
    permission: 'read',
    summary: 'Returns one mass message with its history',
  },
  {
    method: 'DELETE',
    path: `${account}/mass-messages/{msg_id}`,
    handler: 'official-account/delete-mass-message',
    permission: 'delete',
    summary: 'Deletes one article of a mass message, or all of it (deleteMassMsg)',
  },
  {
    method: 'POST',
    path: `${account}/mass-messages/delete-by-url`,
    handler: 'official-account/delete-by-url',
    permission: 'delete',
    summary: 'Deletes the article at an address (deleteMassMsg)',
  },
  {
    method: 'GET',
    path: `${account}/live/group-messages`,
    handler: 'wecom/list-live-messages',
    permission: 'read',
    summary: 'Asks WeChat for the group messages of a period now (get_groupmsg_list_v2)',
  },
  {
    method: 'GET',
    path: `${account}/live/group-messages/{msgid}/tasks`,
    handler: 'wecom/list-live-tasks',
    permission: 'read',
    summary: "Asks WeChat for the members' tasks of a group message now (get_groupmsg_task)",
  },
  {
    method: 'GET',
    path: `${account}/live/group-messages/{msgid}/tasks/{userid}/results`,
    handler: 'wecom/list-live-results',
    permission: 'read',
    summary: "Asks WeChat what became of one member's task now (get_groupmsg_send_result)",
  },
  {
    method: 'GET',
    path: `${account}/group-messages`,
    handler: 'wecom/list',
    permission: 'read',
    summary: 'Lists the group messages of an account with their totals, the newest first',
  },
  {
    method: 'GET',
    path: `${account}/group-messages/{msgid}`,
    handler: 'wecom/get',
    permission: 'read',
    summary: 'Returns one group message with its totals',
  },
  {
    method: 'GET',
    path: `${account}/group-messages/{msgid}/tasks`,
    handler: 'wecom/list-tasks',
    permission: 'read',
    summary: "Lists the members' tasks of a group message",
  },
  {
    method: 'GET',
    path: `${account}/group-messages/{msgid}/deliveries`,
    handler: 'wecom/list-deliveries',
    permission: 'read',
    summary: 'Lists the deliveries of a group message, of one member or of all',
  },
  {
    method: 'GET',
    path: `${account}/recipients/{recipient_id}/deliveries`,
    handler: 'wecom/list-recipient-deliveries',
    permission: 'read',
    summary: 'Lists everything that one customer or customer group received, the newest first',
  },
  {
    method: 'POST',
    path: `${account}/group-messages/sync`,
    handler: 'wecom/start-sync',
    permission: 'operate',
    summary: "Starts a sync of the account's group messages, of a period or of what is due",
  },
  {
    method: 'GET',
    path: `${account}/syncs/{sync_id}`,
    handler: 'wecom/get-sync',
    permission: 'read',
    summary: 'Returns how far a sync has come',
  },
  {
    method: 'GET',
    path: '/v1/accounts',
    handler: 'accounts/list-accounts',
    permission: 'read',
    summary: 'Lists the accounts and what needs attention',
  },
  {
    method: 'GET',
    path: account,
    handler: 'accounts/get-account',
    permission: 'read',
    summary: 'Returns one account and what needs attention',
  },
] as const satisfies readonly Route[];

const receiveCallback = 'official-account/receive-callback';

/**
 * Where WeChat pushes: no authorizer, since WeChat signs in a way of its own, which the function checks. With an AppID, the messages of
 * an account that authorized the third-party platform. https://developers.weixin.qq.com/doc/oplatform/developers/dev/push
 */
export const callbackRoutes = ['/callbacks/{account_id}', '/callbacks/{account_id}/{appid}'].flatMap((path) =>
  (['GET', 'POST'] as const).map((method) => ({ method, path, handler: receiveCallback })),
);
export type CallbackHandler = typeof receiveCallback;

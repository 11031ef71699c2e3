/** What a caller must be allowed to do to use a route. */
export type Permission = 'read' | 'track';

export interface Route {
  readonly method: 'GET' | 'POST';
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
] as const satisfies readonly Route[];

import { check } from '../control-error.ts';
import type { ControlRoute } from '../control-routes.ts';
import type { makeOfficialAccountControl } from './control.ts';
import { accountSchema, allowListSchema, frozenSchema, orderSchema, scriptSchema } from './control-schemas.ts';

/** The HTTP side of the verbs, below `/_simulator`. */
export const officialAccountRoutes = (control: ReturnType<typeof makeOfficialAccountControl>): ControlRoute[] => [
  ['POST', '/accounts', ({ body }) => control.putAccount(check(accountSchema, body))],
  ['POST', '/accounts/:appid/revoke-tokens', ({ appid }) => control.revokeTokens(appid)],
  ['POST', '/accounts/:appid/secret', ({ appid, body }) => control.freezeSecret(appid, check(frozenSchema, body).frozen)],
  ['POST', '/accounts/:appid/ip-allow-list', ({ appid, body }) => control.setIpAllowList(appid, check(allowListSchema, body).addresses)],
  ['POST', '/mass-messages', ({ body }) => control.createMassMessage(check(scriptSchema, body))],
  ['GET', '/mass-messages/:msg_id', ({ msg_id }) => control.getMassMessage(msg_id)],
  ['GET', '/mass-messages/:msg_id/truth', ({ msg_id }) => ({ msg_id, truth: control.truth(msg_id) })],
  ['POST', '/mass-messages/:msg_id/administrator', ({ msg_id, body }) => control.tellAdministrator(msg_id, check(orderSchema, body))],
];

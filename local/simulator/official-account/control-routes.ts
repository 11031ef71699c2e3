import { check } from '../control-error.ts';
import type { ControlRoute } from '../control-routes.ts';
import type { makeOfficialAccountControl } from './control.ts';
import { accountSchema, allowListSchema, frozenSchema, orderSchema } from './control-schemas.ts';
import type { makePushControl } from './push-control.ts';
import { pushOrderSchema, sendPushSchema } from './push-schemas.ts';
import { scriptSchema } from './script-schema.ts';

/** The HTTP side of the verbs, below `/_simulator`. */
export const officialAccountRoutes = (control: ReturnType<typeof makeOfficialAccountControl>): ControlRoute[] => [
  ['POST', '/accounts', ({ body }) => control.putAccount(check(accountSchema, body))],
  ['POST', '/accounts/:appid/revoke-tokens', ({ appid }) => control.revokeTokens(appid)],
  ['POST', '/accounts/:appid/secret', ({ appid, body }) => control.freezeSecret(appid, check(frozenSchema, body).frozen)],
  ['POST', '/accounts/:appid/ip-allow-list', ({ appid, body }) => control.setIpAllowList(appid, check(allowListSchema, body).addresses)],
  ['POST', '/accounts/:appid/clear-quotas', ({ appid }) => control.clearQuotas(appid)],
  ['POST', '/mass-messages', ({ body }) => control.createMassMessage(check(scriptSchema, body))],
  ['GET', '/mass-messages/:msg_id', ({ msg_id }) => control.getMassMessage(msg_id)],
  ['GET', '/mass-messages/:msg_id/truth', ({ msg_id }) => ({ msg_id, truth: control.truth(msg_id) })],
  ['POST', '/mass-messages/:msg_id/administrator', ({ msg_id, body }) => control.tellAdministrator(msg_id, check(orderSchema, body))],
];

/** The HTTP side of the verbs about pushes. */
export const pushRoutes = (control: ReturnType<typeof makePushControl>): ControlRoute[] => [
  ['GET', '/pushes', () => ({ pushes: control.listPushes() })],
  ['POST', '/pushes', ({ body }) => control.sendPush(check(sendPushSchema, body))],
  ['POST', '/pushes/deliver', async () => ({ pushes: await control.deliverPushes() })],
  ['POST', '/pushes/:appid', ({ appid, body }) => control.orderPushes(appid, check(pushOrderSchema, body).order)],
  ['POST', '/mass-messages/:msg_id/push-now', ({ msg_id }) => control.pushNow(msg_id)],
  ['POST', '/mass-messages/:msg_id/push-again', ({ msg_id }) => control.pushAgain(msg_id)],
  ['POST', '/mass-messages/:msg_id/push', ({ msg_id, body }) => control.orderPush(msg_id, check(pushOrderSchema, body).order)],
  ['POST', '/accounts/:appid/verify-url', ({ appid }) => control.verifyUrl(appid)],
];

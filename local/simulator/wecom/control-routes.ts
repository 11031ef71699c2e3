import { check } from '../control-error.ts';
import type { ControlRoute } from '../control-routes.ts';
import type { makeWecomControl } from './control.ts';
import { groupMessageSchema, pressSendSchema, rowsSchema, setDeliverySchema } from './script-schema.ts';
import { authorizeSuiteSchema, corpSchema, suiteSchema, trustedIpsSchema, unauthorizeSuiteSchema, visibleSchema } from './settings.ts';
import { type makeSuiteControl, sendSuitePushSchema, verifySuiteSchema } from './suite-control.ts';

/** The HTTP side of the verbs, below `/_simulator`. */
export const wecomRoutes = (control: ReturnType<typeof makeWecomControl>): ControlRoute[] => [
  ['POST', '/corps', ({ body }) => control.putCorp(check(corpSchema, body))],
  ['POST', '/corps/:corpid/revoke-tokens', ({ corpid }) => control.revokeWecomTokens(corpid)],
  ['POST', '/corps/:corpid/trusted-ips', ({ corpid, body }) => control.setTrustedIps(corpid, check(trustedIpsSchema, body).addresses)],
  ['POST', '/corps/:corpid/visible', ({ corpid, body }) => control.setVisible(corpid, check(visibleSchema, body).visible)],
  ['POST', '/corps/:corpid/lift-blocks', ({ corpid }) => control.liftBlocks(corpid)],
  ['POST', '/group-messages', ({ body }) => control.createGroupMessage(check(groupMessageSchema, body))],
  ['GET', '/group-messages/:msgid', ({ msgid }) => control.getGroupMessage(msgid)],
  ['GET', '/group-messages/:msgid/truth', ({ msgid }) => control.groupMessageTruth(msgid)],
  ['GET', '/group-messages/:msgid/tasks', ({ msgid }) => ({ tasks: control.groupMessageTasks(msgid) })],
  [
    'GET',
    '/group-messages/:msgid/deliveries',
    ({ msgid, query }) => ({ deliveries: [...control.groupMessageDeliveries(msgid, check(rowsSchema, Object.fromEntries(query)).userid)] }),
  ],
  ['POST', '/group-messages/:msgid/press-send', ({ msgid, body }) => control.pressSend(msgid, check(pressSendSchema, body))],
  ['POST', '/group-messages/:msgid/cancel', ({ msgid }) => control.cancelGroupMessage(msgid)],
  ['POST', '/group-messages/:msgid/delivery', ({ msgid, body }) => control.setDelivery(msgid, check(setDeliverySchema, body))],
];

/** The same for suites. */
export const suiteRoutes = (control: ReturnType<typeof makeSuiteControl>): ControlRoute[] => [
  ['POST', '/suites', ({ body }) => control.putSuite(check(suiteSchema, body))],
  ['POST', '/suites/:suite_id/ticket', ({ suite_id }) => control.pushSuiteTicket(suite_id)],
  ['POST', '/suites/:suite_id/push', ({ suite_id, body }) => control.sendSuitePush({ ...check(pushBody, body), suite_id })],
  [
    'POST',
    '/suites/:suite_id/verify-url',
    ({ suite_id, body }) => control.verifySuiteUrl(suite_id, check(verifySuiteSchema, body).receiveid),
  ],
  ['POST', '/suites/:suite_id/revoke-tokens', ({ suite_id }) => control.revokeSuiteTokens(suite_id)],
  ['POST', '/suites/:suite_id/authorize', ({ suite_id, body }) => control.authorizeSuite({ ...check(authorizeBody, body), suite_id })],
  [
    'POST',
    '/suites/:suite_id/unauthorize',
    ({ suite_id, body }) => control.unauthorizeSuite({ ...check(unauthorizeBody, body), suite_id }),
  ],
];

const pushBody = sendSuitePushSchema.omit({ suite_id: true });
const authorizeBody = authorizeSuiteSchema.omit({ suite_id: true });
const unauthorizeBody = unauthorizeSuiteSchema.omit({ suite_id: true });

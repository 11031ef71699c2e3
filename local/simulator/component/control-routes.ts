import { check } from '../control-error.ts';
import type { ControlRoute } from '../control-routes.ts';
import type { makeComponentControl } from './control.ts';
import { authorizeSchema, componentSchema, unauthorizeSchema } from './settings.ts';

/** The HTTP side of the verbs, below `/_simulator`. */
export const componentRoutes = (control: ReturnType<typeof makeComponentControl>): ControlRoute[] => [
  ['POST', '/platforms', ({ body }) => control.putPlatform(check(componentSchema, body))],
  ['POST', '/platforms/:appid/revoke-tokens', ({ appid }) => control.revokeComponentTokens(appid)],
  ['POST', '/platforms/:appid/ticket', ({ appid }) => control.pushTicket(appid)],
  [
    'POST',
    '/platforms/:appid/authorize',
    ({ appid, body }) => control.authorize({ ...check(authorizeBody, body), component_appid: appid }),
  ],
  [
    'POST',
    '/platforms/:appid/unauthorize',
    ({ appid, body }) => control.unauthorize({ ...check(unauthorizeBody, body), component_appid: appid }),
  ],
  ['POST', '/accounts/:appid/change-password', ({ appid }) => control.changePassword(appid)],
];

const authorizeBody = authorizeSchema.omit({ component_appid: true });
const unauthorizeBody = unauthorizeSchema.omit({ component_appid: true });

import type { NewPush } from '../push/push-book.ts';
import { platformServer } from '../push/recipient.ts';
import type { Xml } from '../push/xml.ts';
import type { ComponentState } from './state.ts';

type InfoType = 'component_verify_ticket' | 'authorized' | 'updateauthorized' | 'unauthorized';

/** An event for the platform's URL for authorization events, on its way there as settings are then. */
const event = (state: ComponentState, componentAppid: string, infoType: InfoType, time: number, fields: Xml): NewPush => ({
  appid: componentAppid,
  event: infoType,
  message: { AppId: componentAppid, CreateTime: Math.floor(time / 1000), InfoType: infoType, ...fields },
  recipient: () => {
    const push = state.components.get(componentAppid)?.push;
    return push ? platformServer(componentAppid, push) : undefined;
  },
});

/** https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/component_verify_ticket.html */
export const ticketEvent = (state: ComponentState, componentAppid: string, time: number) =>
  event(state, componentAppid, 'component_verify_ticket', time, { ComponentVerifyTicket: state.tickets.issue(componentAppid, time) });

/** https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/authorize_event.html */
export const authorizationEvent = (
  state: ComponentState,
  componentAppid: string,
  appid: string,
  infoType: Exclude<InfoType, 'component_verify_ticket'>,
) => {
  const authorization = state.authorizations.get(componentAppid, appid);
  const code = authorization && state.authorizations.newCode(authorization);
  return event(state, componentAppid, infoType, state.clock.time(), {
    AuthorizerAppid: appid,
    ...(code && {
      AuthorizationCode: code.text,
      AuthorizationCodeExpiredTime: Math.floor(code.endsAt / 1000),
      PreAuthCode: `preauthcode@@@sim-${state.random.opaque(40)}`,
    }),
  });
};

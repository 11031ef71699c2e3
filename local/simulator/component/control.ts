import type * as z from 'zod';
import { iso } from '../clock.ts';
import { ControlError, check } from '../control-error.ts';
import { known, makeLookup, onlyOne } from '../official-account/look-up.ts';
import type { OfficialAccountState } from '../official-account/state.ts';
import type { NewPush } from '../push/push-book.ts';
import { authorizationEvent, ticketEvent } from './events.ts';
import { authorizeSchema, type ComponentSettings, unauthorizeSchema } from './settings.ts';
import type { ComponentState } from './state.ts';

/** The verbs for third-party platforms; `onChange`: there may be tickets to push now. Each throws ControlError when it cannot be done; promises wait for the platform's answer to the push. */
export const makeComponentControl = (state: ComponentState, accounts: OfficialAccountState, onChange: () => void) => {
  const { components, authorizations, tokens, pushes, clock } = state;
  const { accountOf } = makeLookup(accounts);

  const componentOf = (appid: string) => {
    const component = components.get(appid);
    if (!component) throw new ControlError(404, `there is no platform "${appid}"; there ${known([...components.keys()], 'platform')}`);
    return component;
  };
  const named = (appid: string | undefined) => componentOf(appid ?? onlyOne('component_appid', 'platform', [...components.keys()]));
  const describe = (appid: string) => {
    const { component_appid, push, message_url, ip_allow_list } = componentOf(appid);
    const token = tokens.latest(component_appid, 'component');
    return {
      component_appid,
      push: push ? { url: push.url } : null,
      message_url: message_url ?? null,
      ip_allow_list: ip_allow_list ?? null,
      component_token_ends_at: token ? iso(token.endsAt) : null,
      authorizers: authorizations.of(component_appid).map(({ appid: authorizer, funcIds, authorizedAt }) => {
        const authorizerToken = tokens.latest(authorizer, 'authorizer', component_appid);
        return {
          appid: authorizer,
          func_ids: funcIds,
          authorized_at: iso(authorizedAt),
          token_ends_at: authorizerToken ? iso(authorizerToken.endsAt) : null,
        };
      }),
    };
  };
  /** The push, answered if it went out; null where the platform has no URL for events. */
  const tell = async (componentAppid: string, event: NewPush) => {
    if (!componentOf(componentAppid).push) return null;
    const id = pushes.add(event, pushes.orderFor(componentAppid));
    await pushes.settled();
    return pushes.get(id) ?? null;
  };

  return {
    listPlatforms: () => [...components.keys()].map(describe),
    /** Adds the platform, or replaces the settings of the one with this AppID; authorizations stay, and those of new authorizers are added without a push. */
    putPlatform: (settings: ComponentSettings) => {
      state.put(settings);
      onChange();
      return describe(settings.component_appid);
    },
    /** Ends the platform's own tokens at once: 40001. Those with which it acts for an account end with the account's. */
    revokeComponentTokens: (componentAppid: string) => ({ revoked: tokens.revoke(componentOf(componentAppid).component_appid) }),
    /** A ticket out of turn. The platform must have `push`. */
    pushTicket: async (componentAppid: string) => {
      if (!componentOf(componentAppid).push) throw new ControlError(409, `platform "${componentAppid}" has no push settings`);
      return tell(componentAppid, ticketEvent(state, componentAppid, clock.time()));
    },
    /** A ticket as it would have been pushed, for a test without a server; over HTTP there is no such verb, tickets are secrets. */
    issueTicket: (componentAppid: string) => state.tickets.issue(componentOf(componentAppid).component_appid),
    /**
     * The account's administrator authorizes the platform, or does so anew: the refresh token before is void then, and `updateauthorized` is pushed
     * only when the permission sets changed (https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/authorize_event.html).
     */
    authorize: async (order: z.input<typeof authorizeSchema>) => {
      const { component_appid, appid, func_ids } = check(authorizeSchema, order);
      const { component_appid: platform } = named(component_appid);
      accountOf(appid);
      const before = authorizations.get(platform, appid);
      authorizations.grant(platform, appid, func_ids);
      const unchanged = before && sorted(before.funcIds) === sorted(func_ids);
      const push = unchanged
        ? null
        : await tell(platform, authorizationEvent(state, platform, appid, before ? 'updateauthorized' : 'authorized'));
      return { ...describe(platform), event: push };
    },
    unauthorize: async (order: z.input<typeof unauthorizeSchema>) => {
      const { component_appid, appid } = check(unauthorizeSchema, order);
      const { component_appid: platform } = named(component_appid);
      if (!authorizations.revoke(platform, appid))
        throw new ControlError(409, `account "${appid}" has not authorized platform "${platform}"`);
      const push = await tell(platform, authorizationEvent(state, platform, appid, 'unauthorized'));
      return { ...describe(platform), event: push };
    },
    /** The account's owner changes his WeChat password: 42007 for every platform, until he authorizes anew. */
    changePassword: (appid: string) => {
      for (const authorization of authorizations.by(accountOf(appid).appid)) authorization.passwordChanged = true;
      return { appid, platforms: authorizations.by(appid).map(({ componentAppid }) => componentAppid) };
    },
  };
};

const sorted = (ids: readonly number[]) => JSON.stringify([...new Set(ids)].sort((one, other) => one - other));

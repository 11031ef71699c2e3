import type * as z from 'zod';
import { iso } from '../clock.ts';
import { ControlError, check } from '../control-error.ts';
import type { PushBook } from '../push/push-book.ts';
import type { AccountSettings } from './account.ts';
import { allowListSchema, orderSchema } from './control-schemas.ts';
import { makeLookup } from './look-up.ts';
import { type MassMessage, truthOf } from './mass-message.ts';
import { orderName } from './message-pushes.ts';
import { scriptSchema } from './script-schema.ts';
import { hasArticles } from './sendall.ts';
import type { OfficialAccountState } from './state.ts';
import type { TokenKind } from './tokens.ts';

/** The verbs for what WeChat's users and consoles do. Each throws ControlError when it cannot be done. */
export const makeOfficialAccountControl = (state: OfficialAccountState, pushes: PushBook) => {
  const { clock, accounts, tokens, messages } = state;

  const { accountOf, messageOf, onlyAppid } = makeLookup(state);

  const endOf = (appid: string, kind: TokenKind) => {
    const token = tokens.latest(appid, kind);
    return token ? iso(token.endsAt) : null;
  };
  const describeAccount = (appid: string) => {
    const { protection, administrator, ipAllowList, secretFrozen, push } = accountOf(appid);
    return {
      appid,
      protection,
      administrator: { action: administrator.action, after_seconds: administrator.afterSeconds },
      ip_allow_list: ipAllowList,
      secret_frozen: secretFrozen,
      push: push && { url: push.url, mode: push.mode },
      token_ends_at: endOf(appid, 'plain'),
      stable_token_ends_at: endOf(appid, 'stable'),
    };
  };
  const describeMessage = (message: MassMessage) => ({
    msg_id: message.msgId,
    appid: message.appid,
    truth: truthOf(message, clock.time()),
    msgtype: message.msgtype,
    to_all: message.toAll,
    submitted_at: iso(message.submittedAt),
    confirmation_deadline: message.deadline === null ? null : iso(message.deadline),
    administrator: message.deadline === null ? null : { action: message.administrator.action, at: iso(message.administrator.at) },
    result: message.result,
    by_api: message.byApi,
    sending_seconds: message.sendingSeconds,
    articles: message.articles.map(({ url, deleted }, index) => ({ article_idx: index + 1, url, deleted })),
  });

  return {
    listAccounts: () => [...accounts.keys()].map(describeAccount),
    /** Adds the account, or replaces the settings of the one with this appid. */
    putAccount: (settings: AccountSettings) => {
      state.put(settings);
      return describeAccount(settings.appid);
    },
    /** Ends all tokens of the account at once: calls with them are answered 40001, and the next `stable_token` hands out a new one. */
    revokeTokens: (appid: string) => {
      accountOf(appid);
      return { revoked: tokens.revoke(appid) };
    },
    /** A frozen secret fetches no token (40243); tokens that exist go on working. */
    freezeSecret: (appid: string, frozen = true) => {
      state.put({ ...accountOf(appid), secretFrozen: frozen });
      return describeAccount(appid);
    },
    /** Today's calls count no more, as if it were tomorrow; the clearing of quotas by API is not counted. */
    clearQuotas: (appid: string) => {
      accountOf(appid);
      state.clearQuotas(appid);
      return describeAccount(appid);
    },
    setIpAllowList: (appid: string, addresses: readonly string[] | null) => {
      const { addresses: ipAllowList } = check(allowListSchema, { addresses });
      state.put({ ...accountOf(appid), ipAllowList });
      return describeAccount(appid);
    },
    /** A mass message as if it had been sent with sendall, going the way that the script says. */
    createMassMessage: (script: z.input<typeof scriptSchema> = {}) => {
      const wanted = check(scriptSchema, script);
      const account = accountOf(wanted.appid ?? onlyAppid());
      if (wanted.msg_id && messages.get(wanted.msg_id)) throw new ControlError(409, `there is a mass message ${wanted.msg_id} already`);
      const message = messages.submit(account, {
        msgId: wanted.msg_id,
        msgtype: wanted.msgtype,
        toAll: wanted.to_all,
        awaitsConfirmation: wanted.awaiting_confirmation,
        administrator: wanted.administrator && { action: wanted.administrator.action, afterSeconds: wanted.administrator.after_seconds },
        result: wanted.result,
        status: wanted.status,
        sendingSeconds: wanted.sending_seconds,
        notVisibleSeconds: wanted.not_visible_seconds,
        articles: hasArticles(wanted.msgtype) ? (wanted.urls ?? wanted.articles) : 0,
        material: hasArticles(wanted.msgtype) ? wanted.material : undefined,
        counts: wanted.counts,
        copyright: wanted.copyright,
        byApi: wanted.by_api,
        deletionErrcode: wanted.deletion_errcode,
      });
      if (wanted.push) pushes.order(orderName(message.msgId), wanted.push);
      return describeMessage(message);
    },
    listMassMessages: () => messages.list().map(describeMessage),
    getMassMessage: (msgId: string | number) => describeMessage(messageOf(msgId)),
    /** What has really become of the message, at the simulator's present time. */
    truth: (msgId: string | number) => truthOf(messageOf(msgId), clock.time()),
    /** Takes the place of whatever the administrator was going to do. */
    tellAdministrator: (msgId: string | number, order: z.input<typeof orderSchema>) => {
      const { action, after_seconds } = check(orderSchema, order);
      const message = messageOf(msgId);
      const truth = truthOf(message, clock.time());
      if (truth !== 'awaiting_confirmation')
        throw new ControlError(409, `mass message ${msgId} does not await confirmation, it is "${truth}"`);
      messages.tellAdministrator(message, action, after_seconds);
      return describeMessage(message);
    },
  };
};

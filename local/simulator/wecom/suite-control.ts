import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { iso } from '../clock.ts';
import { ControlError, check } from '../control-error.ts';
import { known, onlyOne } from '../official-account/look-up.ts';
import { verifyWecomServer } from '../push/wecom-envelope.ts';
import { authorizeSuiteSchema, type SuiteSettings, unauthorizeSuiteSchema } from './settings.ts';
import type { SuiteState } from './suite-state.ts';

/** A push to a suite that WeCom did not make of itself. */
export const sendSuitePushSchema = z.strictObject({
  suite_id: z.string().optional(),
  /** What the event is to be; default a ticket, which is good. */
  info_type: z.string().default('suite_ticket'),
  /** A ticket that WeCom did not issue. */
  suite_ticket: z.string().optional(),
  /** Instead of all these: the message as it stands. */
  xml: z.string().optional(),
  wrong_signature: z.boolean().optional(),
  timestamp_offset_seconds: z.int().optional(),
  receiveid: z.string().optional(),
  truncated: z.boolean().optional(),
  unencrypted: z.boolean().optional(),
});
export const verifySuiteSchema = z.strictObject({ receiveid: z.string().optional() });

/** The verbs for suites; `onChange`: there may be tickets to push now. Each throws ControlError when it cannot be done; promises wait for the provider's answer. */
export const makeSuiteControl = (state: SuiteState, onChange: () => void, closing: AbortSignal) => {
  const { suites, wecom, pushes } = state;
  const { tokens, clock } = wecom;

  const suiteOf = (suiteId: string) => {
    const suite = suites.get(suiteId);
    if (!suite) throw new ControlError(404, `there is no suite "${suiteId}"; there ${known([...suites.keys()], 'suite')}`);
    return suite;
  };
  const named = (suiteId: string | undefined) => suiteOf(suiteId ?? onlyOne('suite_id', 'suite', [...suites.keys()])).suite_id;
  const corpNamed = (corpid: string | undefined) => {
    const wanted = corpid ?? onlyOne('corpid', 'corp', [...wecom.corps.keys()]);
    if (!wecom.corps.has(wanted))
      throw new ControlError(404, `there is no corp "${wanted}"; there ${known([...wecom.corps.keys()], 'corp')}`);
    return wanted;
  };
  const serverOf = (suiteId: string) => {
    const server = state.serverOf(suiteOf(suiteId).suite_id);
    if (!server) throw new ControlError(409, `suite "${suiteId}" has no push settings`);
    return server;
  };
  const describe = (suiteId: string) => {
    const { push, trusted_ips } = suiteOf(suiteId);
    const token = tokens.latest({ kind: 'suite', suiteId });
    return {
      suite_id: suiteId,
      push: push ? { url: push.url } : null,
      trusted_ips,
      suite_token_ends_at: token ? iso(token.endsAt) : null,
      authorized: state.authorizationsOf(suiteId).map(({ corpid, visible, authorizedAt }) => ({
        corpid,
        visible,
        authorized_at: iso(authorizedAt),
      })),
    };
  };
  const tell = async (...push: Parameters<typeof pushes.add>) => {
    const id = pushes.add(...push);
    await pushes.settled();
    return pushes.get(id) ?? null;
  };

  return {
    listSuites: () => [...suites.keys()].map(describe),
    /** Adds the suite, or replaces the settings of the one with this id; authorizations stay. */
    putSuite: (settings: SuiteSettings) => {
      state.put(settings);
      onChange();
      return describe(settings.suite_id);
    },
    /** Ends the suite's own token at once: 40082. Those with which it acts for a corp end with the corp's. */
    revokeSuiteTokens: (suiteId: string) => ({
      revoked: tokens.revoke((holder) => holder.kind === 'suite' && holder.suiteId === suiteOf(suiteId).suite_id),
    }),
    /** A ticket out of turn, as the provider's console can order one. The suite must have `push`. */
    pushSuiteTicket: async (suiteId: string) => {
      serverOf(suiteId);
      return tell(state.ticketEvent(suiteId, clock.time()), pushes.orderFor(suiteId));
    },
    /** A ticket as it would have been pushed, for a test without a server; over HTTP there is no such verb, tickets are secrets. */
    issueSuiteTicket: (suiteId: string) => state.issueTicket(suiteOf(suiteId).suite_id),
    /** A push with something wrong, or of another kind. */
    sendSuitePush: async (order: z.input<typeof sendSuitePushSchema> = {}) => {
      const wanted = check(sendSuitePushSchema, order);
      const suiteId = named(wanted.suite_id);
      serverOf(suiteId);
      const fields = wanted.info_type === 'suite_ticket' ? { SuiteTicket: wanted.suite_ticket ?? state.issueTicket(suiteId) } : {};
      const event = state.event(suiteId, wanted.info_type, clock.time(), fields);
      const distortion = {
        wrongSignature: wanted.wrong_signature,
        timestampOffsetSeconds: wanted.timestamp_offset_seconds,
        receiveid: wanted.receiveid,
        truncated: wanted.truncated,
        unencrypted: wanted.unencrypted,
      };
      return tell({ ...event, ...(wanted.xml !== undefined && { message: wanted.xml }), distortion, attempts: 1 }, 'deliver');
    },
    /** What the console does when the URL is entered; some consoles put the provider's own corpid inside instead of the suite's id. */
    verifySuiteUrl: async (suiteId: string, receiveid?: string) => {
      const server = serverOf(suiteId);
      return verifyWecomServer({ ...server, receiveid: receiveid ?? server.receiveid }, { ...wecom, closing });
    },
    /** The corp's administrator authorizes the suite. The code is not answered: give one, or it is none that anybody knows. Nothing is pushed. */
    authorizeSuite: (order: z.input<typeof authorizeSuiteSchema>) => {
      const { suite_id, corpid, permanent_code, visible } = check(authorizeSuiteSchema, order);
      const suiteId = named(suite_id);
      state.authorize(suiteId, corpNamed(corpid), { permanentCode: permanent_code ?? randomUUID(), visible });
      return describe(suiteId);
    },
    /** He withdraws that: no token is given any more (40084), those in use are 48004, and `cancel_auth` is pushed (https://developer.work.weixin.qq.com/document/path/90642). */
    unauthorizeSuite: async (order: z.input<typeof unauthorizeSuiteSchema> = {}) => {
      const { suite_id, corpid } = check(unauthorizeSuiteSchema, order);
      const suiteId = named(suite_id);
      const corp = corpNamed(corpid);
      if (!state.unauthorize(suiteId, corp)) throw new ControlError(409, `corp "${corp}" has not authorized suite "${suiteId}"`);
      const push = state.serverOf(suiteId) && state.event(suiteId, 'cancel_auth', clock.time(), { AuthCorpId: corp });
      return { ...describe(suiteId), event: push ? await tell(push, pushes.orderFor(suiteId)) : null };
    },
  };
};

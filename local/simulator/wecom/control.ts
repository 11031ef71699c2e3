import type * as z from 'zod';
import { iso, seconds } from '../clock.ts';
import { ControlError, check } from '../control-error.ts';
import { known, onlyOne } from '../official-account/look-up.ts';
import type { GroupMessage } from './group-message.ts';
import { groupMessageSchema, pressSendSchema, setDeliverySchema } from './script-schema.ts';
import { type CorpSettings, trustedIpsSchema, visibleSchema } from './settings.ts';
import type { WecomState } from './state.ts';
import { deliveryRows, taskRows, totalsOf } from './truth.ts';

/** The verbs for what WeCom's members and consoles do. Each throws ControlError when it cannot be done. */
export const makeWecomControl = (state: WecomState) => {
  const { clock, corps, tokens, messages, callLimits, wrongSecrets } = state;

  const corpOf = (corpid: string) => {
    const corp = corps.get(corpid);
    if (!corp) throw new ControlError(404, `there is no corp "${corpid}"; there ${known([...corps.keys()], 'corp')}`);
    return corp;
  };
  const messageOf = (msgid: string) => {
    const message = messages.get(msgid);
    if (!message) throw new ControlError(404, `there is no group message ${msgid}`);
    return message;
  };
  const placeOf = (message: GroupMessage, userid: string) => {
    const place = message.placeOf(userid);
    if (place === undefined) throw new ControlError(404, `"${userid}" has no task of group message ${message.msgid}`);
    return place;
  };
  const describeCorp = (corpid: string) => {
    const { apps, members, limits, answer_ms } = corpOf(corpid);
    return {
      corpid,
      members: members.count,
      apps: [...apps].map(([agentid, { visible, trusted_ips, customer_contact }]) => {
        const token = tokens.latest({ kind: 'app', corpid, agentid });
        return { agentid, visible, trusted_ips, customer_contact, token_ends_at: token ? iso(token.endsAt) : null };
      }),
      limits,
      answer_ms,
      blocked: callLimits.blocksOf(corpid, clock.time()),
    };
  };
  const describeMessage = ({ msgid, corpid, script, createdAt, cancelledAt, taskCount }: GroupMessage) => ({
    msgid,
    corpid,
    chat_type: script.chat_type,
    create_type: script.create_type,
    created_at: iso(createdAt),
    cancelled_at: cancelledAt === null ? null : iso(cancelledAt),
    members: taskCount,
  });

  return {
    listCorps: () => [...corps.keys()].map(describeCorp),
    /** Adds the corp, or replaces the settings of the one with this id; tokens and group messages stay. */
    putCorp: (settings: CorpSettings) => {
      state.put(settings);
      return describeCorp(settings.corpid);
    },
    /** Ends all tokens of the corp at once, those of suites for it too: 40014, and fetching gives others. */
    revokeWecomTokens: (corpid: string) => {
      corpOf(corpid);
      return { revoked: tokens.revoke((holder) => holder.kind !== 'suite' && holder.corpid === corpid) };
    },
    /** Of all apps of the corp: other addresses get 60020. */
    setTrustedIps: (corpid: string, addresses: readonly string[] | null) => {
      corpOf(corpid);
      state.setTrustedIps(corpid, check(trustedIpsSchema, { addresses }).addresses);
      return describeCorp(corpid);
    },
    /** Of all apps of the corp: whose tasks they are told of. */
    setVisible: (corpid: string, visible: number | readonly string[] | null) => {
      corpOf(corpid);
      state.setVisible(corpid, check(visibleSchema, { visible }).visible);
      return describeCorp(corpid);
    },
    /** Ends the blocks for too many calls, and what was counted; and the bans of addresses for wrong secrets. */
    liftBlocks: (corpid: string) => {
      corpOf(corpid);
      const banned = wrongSecrets.banned();
      callLimits.clear(corpid);
      wrongSecrets.clear();
      return { ...describeCorp(corpid), unbanned: banned };
    },
    /** A group message of any size, going the way that the script says. */
    createGroupMessage: (script: z.input<typeof groupMessageSchema> = {}) => {
      const wanted = check(groupMessageSchema, script);
      return describeMessage(state.createGroupMessage(corpOf(wanted.corpid ?? onlyOne('corpid', 'corp', [...corps.keys()])), wanted));
    },
    listGroupMessages: () => messages.list().map(describeMessage),
    getGroupMessage: (msgid: string) => describeMessage(messageOf(msgid)),
    /** Exact totals, at the simulator's present time. */
    groupMessageTruth: (msgid: string) => {
      const message = messageOf(msgid);
      return { ...describeMessage(message), ...totalsOf(message, clock.time()) };
    },
    /** Every task as it really is; see `taskRows`. */
    groupMessageTasks: (msgid: string) => [...taskRows(messageOf(msgid), clock.time())],
    /** Every delivery as it really is, or one member's, computed as they are asked for; see `deliveryRows`. */
    groupMessageDeliveries: (msgid: string, userid?: string) => {
      const message = messageOf(msgid);
      return deliveryRows(message, clock.time(), userid === undefined ? undefined : placeOf(message, userid));
    },
    /** These members press send, the next `count` who have not, or all of those; whoever has pressed already has. */
    pressSend: (msgid: string, order: z.input<typeof pressSendSchema> = {}) => {
      const { userids, count, after_seconds } = check(pressSendSchema, order);
      const message = messageOf(msgid);
      if (message.cancelledAt !== null) throw new ControlError(409, `group message ${msgid} was cancelled`);
      const now = clock.time();
      const places = userids ? userids.map((userid) => placeOf(message, userid)) : undefined;
      const told: string[] = [];
      for (const place of places ?? Array.from({ length: message.taskCount }, (_, index) => index)) {
        if (told.length === count) break;
        if (message.task(place, now).sentAt !== null) continue;
        message.press(place, now + seconds(after_seconds));
        told.push(message.userid(place));
      }
      return { msgid, pressed: told.length, userids: told.slice(0, longestList) };
    },
    /** The company takes it back: what was sent stays sent, nobody can press send any more, and its lists are 41093. */
    cancelGroupMessage: (msgid: string) => {
      const message = messageOf(msgid);
      message.cancelledAt ??= clock.time();
      return describeMessage(message);
    },
    /** One row as it is to be from now on, whatever its member does. */
    setDelivery: (msgid: string, row: z.input<typeof setDeliverySchema>) => {
      const { userid, recipient_id, status, send_time } = check(setDeliverySchema, row);
      const message = messageOf(msgid);
      const place = placeOf(message, userid);
      const there = [...deliveryRows(message, clock.time(), place)].some((each) => each.recipient_id === recipient_id);
      if (!there) throw new ControlError(404, `group message ${msgid} has no delivery of "${userid}" to "${recipient_id}"`);
      const sentAt = send_time === undefined ? clock.time() : seconds(send_time);
      message.setDelivery(place, recipient_id, status, status === 1 ? sentAt : null);
      return { msgid, userid, recipient_id, status };
    },
  };
};

/** Of 50,000 members nobody reads all. */
const longestList = 100;

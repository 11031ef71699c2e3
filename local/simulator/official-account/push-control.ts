import type * as z from 'zod';
import { ControlError, check } from '../control-error.ts';
import type { PushBook, PushOrder } from '../push/push-book.ts';
import type { Recipient } from '../push/recipient.ts';
import { verifyServer } from '../push/verify-server.ts';
import { operatorOf } from './account.ts';
import { makeLookup } from './look-up.ts';
import { finishEvent, massSendJobFinish } from './mass-send-job-finish.ts';
import { type MessagePushes, orderName } from './message-pushes.ts';
import { pushOrderSchema, sendPushSchema } from './push-schemas.ts';
import type { OfficialAccountState } from './state.ts';

interface Parts {
  readonly state: OfficialAccountState;
  readonly pushes: PushBook;
  readonly messagePushes: MessagePushes;
  /** Where the messages of an account go; undefined: nowhere. */
  readonly recipientOf: (appid: string) => Recipient | undefined;
  readonly isPlatform: (appid: string) => boolean;
  /** Does everything that is due by now. */
  readonly runAgenda: () => void;
  readonly timeoutSeconds: number;
  readonly closing: AbortSignal;
}

/** The verbs for what WeChat pushes about mass messages. Each throws ControlError when it cannot be done; promises wait for the server's answers. */
export const makePushControl = ({ state, pushes, messagePushes, recipientOf, isPlatform, runAgenda, timeoutSeconds, closing }: Parts) => {
  const { accountOf, messageOf, onlyAppid } = makeLookup(state);

  const serverOf = (appid: string) => {
    const { appid: known } = accountOf(appid);
    const recipient = recipientOf(known);
    if (!recipient) throw new ControlError(409, `account "${appid}" has no push settings, and no platform that takes its messages`);
    return recipient;
  };
  const pushOf = (msgId: string) => pushes.list().findLast((push) => push.msg_id === msgId && push.event === massSendJobFinish);
  const done = async (id: number) => {
    await pushes.send(id);
    const push = pushes.get(id);
    if (!push) throw new ControlError(409, 'the push was forgotten meanwhile');
    return push;
  };
  /** The push of a message, entered before its time if that has not come. */
  const entered = (msgId: string) => {
    const message = messageOf(msgId);
    serverOf(message.appid);
    return messagePushes.enterNow(message, 'hold') ?? pushOf(msgId)?.push_id;
  };

  return {
    /** The newest 1000, oldest first, with every attempt and its answer. Those that are not due yet are not in it. */
    listPushes: () => pushes.list(),
    /** Makes every push that is due by now and resolves when all that is under way is answered: the next step of a test that drives the clock. */
    deliverPushes: async () => {
      runAgenda();
      await pushes.settled();
      return pushes.list();
    },
    /** Pushes the message's end as it is going to be, though mass/get does not say so yet. Nothing is pushed again when it comes. */
    pushNow: async (msgId: string | number) => {
      const id = entered(String(msgId));
      if (id === undefined) throw new ControlError(409, `mass message ${msgId} ended when there was no server to push to`);
      if (pushes.get(id)?.attempts.length) throw new ControlError(409, `mass message ${msgId} was pushed already; push it again`);
      return done(id);
    },
    /** Pushes once more what was pushed: the same event with a signature of its own. */
    pushAgain: async (msgId: string | number) => {
      const push = pushOf(messageOf(msgId).msgId);
      if (!push?.attempts.length) throw new ControlError(409, `mass message ${msgId} was not pushed yet`);
      return done(push.push_id);
    },
    /** `hold` keeps the message's push back, `drop` loses it, `deliver` lets it go: at once if it was kept back. */
    orderPush: async (msgId: string | number, order: PushOrder) => {
      const { msgId: id } = messageOf(msgId);
      if (pushOf(id)?.attempts.length) throw new ControlError(409, `mass message ${msgId} was pushed already`);
      pushes.order(orderName(id), check(pushOrderSchema, { order }).order);
      if (order === 'deliver') pushes.release((push) => push.msg_id === id);
      await pushes.settled();
      return { msg_id: id, order };
    },
    /** The same for every push about this account or, by its AppID, to this platform, from now on. */
    orderPushes: async (appid: string, order: PushOrder) => {
      if (!isPlatform(appid)) accountOf(appid);
      pushes.order(appid, check(pushOrderSchema, { order }).order);
      if (order === 'deliver') pushes.release((push) => push.appid === appid);
      await pushes.settled();
      return { appid, order };
    },
    /** A push that WeChat did not make of itself: about a message it does not know, with other words, or with something wrong. */
    sendPush: async (order: z.input<typeof sendPushSchema> = {}) => {
      const wanted = check(sendPushSchema, order);
      const appid = wanted.appid ?? onlyAppid();
      serverOf(appid);
      const { status, counts, copyright, urls } = wanted;
      const id = pushes.add(
        {
          appid,
          event: wanted.xml === undefined ? massSendJobFinish : 'xml',
          ...(wanted.xml === undefined && { msgId: wanted.msg_id }),
          message:
            wanted.xml ?? finishEvent(appid, { msgId: wanted.msg_id, createdAt: state.clock.time(), status, counts, copyright, urls }),
          openid: operatorOf(appid),
          recipient: () => recipientOf(appid),
          distortion: {
            wrongSignature: wanted.wrong_signature,
            timestampOffsetSeconds: wanted.timestamp_offset_seconds,
            receiveid: wanted.receiveid,
            truncated: wanted.truncated,
            unencrypted: wanted.unencrypted,
          },
          attempts: wanted.attempts,
        },
        'hold',
      );
      return done(id);
    },
    /** What the console does when the server's URL is entered. */
    verifyUrl: async (appid: string) => verifyServer(serverOf(appid), { ...state, timeoutSeconds, closing }),
  };
};

import { encrypt, getSignature } from '@wecom/crypto';
import type { Clock } from '../clock.ts';
import type { RandomText } from '../random-text.ts';
import { askServer } from './ask-server.ts';
import { type Distortion, type Envelope, type seal, withQuery } from './envelope.ts';
import type { Recipient } from './recipient.ts';
import { renderXml } from './xml.ts';

/**
 * A push of WeCom's (https://developer.work.weixin.qq.com/document/path/90930): always encrypted, signed by `msg_signature` alone, and in the clear nothing
 * but the receiver's name and the number of an app, which an event of a suite has not.
 */
export const sealWecom = (
  { message }: Parameters<typeof seal>[0],
  { url, token, key, receiveid, addressee }: Recipient,
  { time, random }: { readonly time: number; readonly random: RandomText },
  distortion: Distortion = {},
): Envelope => {
  const clear = typeof message === 'string' ? message : renderXml(message);
  const timestamp = String(Math.floor(time / 1000) + (distortion.timestampOffsetSeconds ?? 0));
  const encrypted = encrypt(key ?? '', clear, distortion.receiveid ?? receiveid, Buffer.from(random.opaque(16)));
  const body = distortion.unencrypted ? clear : renderXml({ [addressee[0]]: addressee[1], Encrypt: encrypted, AgentID: '' });
  return {
    url: signed(url, distortion.wrongSignature ? `${token}0` : token, timestamp, encrypted, random),
    body: distortion.truncated ? body.slice(0, body.length / 2) : body,
  };
};

const signed = (
  url: string,
  token: string,
  timestamp: string,
  encrypted: string,
  random: RandomText,
  more: Record<string, string> = {},
) => {
  const nonce = String(Number.parseInt(random.hex(8), 16));
  return withQuery(url, { msg_signature: getSignature(token, timestamp, nonce, encrypted), timestamp, nonce, ...more });
};

/** What the console does when the URL is saved: it wants the decrypted `echostr` within one second (https://developer.work.weixin.qq.com/document/path/90930). */
export const verifyWecomServer = async (
  { url, token, key, receiveid }: Recipient,
  { clock, random, closing }: { readonly clock: Clock; readonly random: RandomText; readonly closing: AbortSignal },
) => {
  const text = String(BigInt(`0x${random.hex(15)}`));
  const echostr = encrypt(key ?? '', text, receiveid, Buffer.from(random.opaque(16)));
  const asked = signed(url, token, String(Math.floor(clock.time() / 1000)), echostr, random, { echostr });
  const { status, body, error } = await askServer({ url: asked }, { timeoutSeconds: 1, closing });
  return { verified: status === 200 && body === text, status, answer: body.slice(0, 200), error };
};

import { createHash } from 'node:crypto';
import { encrypt, getSignature } from '@wecom/crypto';
import type { RandomText } from '../random-text.ts';
import type { Recipient } from './recipient.ts';
import { renderXml, type Xml } from './xml.ts';

/** What is wrong with a push on purpose. */
export interface Distortion {
  /** `signature` and `msg_signature` are of another token. */
  readonly wrongSignature?: boolean | undefined;
  /** Added to the timestamp: negative is a push of the past. */
  readonly timestampOffsetSeconds?: number | undefined;
  /** The AppID inside the encrypted text. */
  readonly receiveid?: string | undefined;
  /** The second half of the body is missing. */
  readonly truncated?: boolean | undefined;
  /** In the clear, whatever the mode. */
  readonly unencrypted?: boolean | undefined;
}

export interface Envelope {
  readonly url: string;
  readonly body: string;
}

/**
 * A message on its way, by the recipient's mode (https://developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.md): plain in the clear;
 * compat in the clear and encrypted; safe encrypted beside the addressee's name. Encrypted ones have `encrypt_type`, `msg_signature` and, where a
 * person is behind the message, `openid` in the query. Somebody else's code does the encryption, so that a mistake of ours cannot agree with itself.
 */
export const seal = (
  { message, openid }: { readonly message: Xml | string; readonly openid?: string | undefined },
  { url, token, key, mode, receiveid, addressee }: Recipient,
  { time, random }: { readonly time: number; readonly random: RandomText },
  distortion: Distortion = {},
): Envelope => {
  const timestamp = String(Math.floor(time / 1000) + (distortion.timestampOffsetSeconds ?? 0));
  const nonce = String(Number.parseInt(random.hex(8), 16));
  const signingToken = distortion.wrongSignature ? `${token}0` : token;
  const parameters: Record<string, string> = { signature: plainSignature(signingToken, timestamp, nonce), timestamp, nonce };
  const clear = typeof message === 'string' ? message : renderXml(message);
  let body = clear;
  if (key && mode !== 'plain' && !distortion.unencrypted) {
    const encrypted = encrypt(key, clear, distortion.receiveid ?? receiveid, Buffer.from(random.opaque(16)));
    if (openid) parameters['openid'] = openid;
    parameters['encrypt_type'] = 'aes';
    parameters['msg_signature'] = getSignature(signingToken, timestamp, nonce, encrypted);
    body =
      mode === 'compat' && typeof message !== 'string'
        ? renderXml({ ...message, Encrypt: encrypted })
        : renderXml({ [addressee[0]]: addressee[1], Encrypt: encrypted });
  }
  return { url: withQuery(url, parameters), body: distortion.truncated ? body.slice(0, body.length / 2) : body };
};

/** https://developers.weixin.qq.com/doc/oplatform/developers/dev/push */
export const plainSignature = (token: string, timestamp: string, nonce: string) =>
  createHash('sha1').update([token, timestamp, nonce].sort().join('')).digest('hex');

export const withQuery = (url: string, parameters: Readonly<Record<string, string>>) => {
  const complete = new URL(url);
  for (const [name, value] of Object.entries(parameters)) complete.searchParams.set(name, value);
  return complete.href;
};

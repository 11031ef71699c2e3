import * as z from 'zod';
import { decrypt } from './decrypt.ts';
import { PushRefusedError, PushUnreadableError } from './push-refused.ts';
import { isSigned } from './signature.ts';
import { parseXml, textOf, type XmlFields } from './xml.ts';

/** What was agreed with WeChat in its console. Without a key the account is in plain mode. */
export interface PushSecret {
  readonly token: string;
  readonly encoding_aes_key?: string | undefined;
}

const query = z.object({
  timestamp: z.string().regex(/^\d{1,12}$/),
  nonce: z.string().min(1).max(128),
  signature: z.string().optional(),
  msg_signature: z.string().optional(),
  echostr: z.string().min(1).max(1024).optional(),
});
type Query = z.infer<typeof query>;

// Clocks differ by seconds, and WeChat signs anew each time it sends: what is older was sent by somebody who saw it.
const windowMs = 5 * 60 * 1000;

interface Received {
  readonly query: unknown;
  readonly secret: PushSecret;
  /** AppID of the account or of the third-party platform; of WeCom, the corpid or the suite_id. */
  readonly receiveId: string;
  readonly now: Date;
}
/** Without a `receiveId` it may be for anybody: what comes back is echoed to whoever knows token and key, and nothing more. */
type Verification = Omit<Received, 'receiveId'> & { readonly receiveId: string | undefined };

/**
 * What WeChat wants to read back when its console is given the address: `echostr` as it is. Where it comes encrypted, as WeCom
 * sends it, what it holds.
 * https://developers.weixin.qq.com/doc/oplatform/developers/dev/push
 * https://developer.work.weixin.qq.com/document/path/90930
 * @throws PushRefusedError
 */
export const answerVerification = ({ secret, receiveId, ...received }: Verification): string => {
  const { timestamp, nonce, signature, msg_signature, echostr } = readQuery(received);
  if (echostr === undefined) throw new PushRefusedError('the query has no echostr');
  if (msg_signature === undefined || secret.encoding_aes_key === undefined) {
    assertSigned('signature', signature, secret, timestamp, nonce);
    return echostr;
  }
  // A plus sign that nobody encoded comes out of a query as a space.
  const encrypted = echostr.replaceAll(' ', '+');
  assertSigned('msg_signature', msg_signature, secret, timestamp, nonce, encrypted);
  return decrypt(encrypted, secret.encoding_aes_key, receiveId).toString();
};

/**
 * Opens the envelope of a push and returns the elements below its `<xml>`. With a key, only what is encrypted counts: beside it
 * stands the same in clear in compatibility mode, which no signature covers.
 * https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.md
 * @throws PushRefusedError; PushUnreadableError when what WeChat encrypted is no XML
 */
export const openPush = ({ secret, receiveId, body, ...received }: Received & { readonly body: Uint8Array }): XmlFields => {
  const { timestamp, nonce, signature, msg_signature } = readQuery(received);
  const { encoding_aes_key: key } = secret;
  if (key === undefined) {
    assertSigned('signature', signature, secret, timestamp, nonce);
    const fields = parseXml(body);
    if (fields['Encrypt'] !== undefined && fields['MsgType'] === undefined)
      throw new PushRefusedError('the push is encrypted, and the secret has no encoding_aes_key');
    return fields;
  }
  const encrypted = textOf(parseXml(body), 'Encrypt');
  if (encrypted === undefined) throw new PushRefusedError('the push is not encrypted, and the secret has an encoding_aes_key');
  assertSigned('msg_signature', msg_signature, secret, timestamp, nonce, encrypted);
  return readable(decrypt(encrypted, key, receiveId));
};

const readQuery = ({ query: given, now }: Pick<Received, 'query' | 'now'>): Query => {
  const parsed = query.safeParse(given);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new PushRefusedError(`the query is not one of WeChat's: ${fields}`);
  }
  if (Math.abs(Number(parsed.data.timestamp) * 1000 - now.getTime()) > windowMs)
    throw new PushRefusedError('the timestamp is more than five minutes away from now');
  return parsed.data;
};

const assertSigned = (name: string, signature: string | undefined, { token }: PushSecret, ...parts: readonly string[]): void => {
  if (signature === undefined) throw new PushRefusedError(`the query has no ${name}`);
  if (!isSigned(signature, token, ...parts)) throw new PushRefusedError(`the ${name} does not match: another token, or not WeChat`);
};

const readable = (message: Buffer): XmlFields => {
  try {
    return parseXml(message);
  } catch (error) {
    if (!(error instanceof PushRefusedError)) throw error;
    throw new PushUnreadableError(`what WeChat encrypted cannot be read: ${error.message}`);
  }
};

import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** What an operator and WeChat's console agreed on, in these tests. */
export const pushToken = 'PushToken123';
export const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

/** The signature as WeChat makes it, by the words of its page and not by our code. */
export const signed = (...parts: readonly string[]): string =>
  createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');

/** AES-256-CBC by hand, with every part open to be spoiled. */
export const encryptedBy = (
  key: string,
  message: string | Buffer,
  receiveId: string,
  spoil: { readonly length?: number; readonly padding?: (padded: Buffer) => Buffer } = {},
): string => {
  const bytes = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(spoil.length ?? bytes.length);
  const plain = Buffer.concat([randomBytes(16), length, bytes, Buffer.from(receiveId)]);
  const missing = 32 - (plain.length % 32);
  const padded = Buffer.concat([plain, Buffer.alloc(missing, missing)]);
  const secret = Buffer.from(`${key}=`, 'base64');
  const cipher = createCipheriv('aes-256-cbc', secret, secret.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(spoil.padding?.(padded) ?? padded), cipher.final()]).toString('base64');
};

/** A push in clear and the query it comes with. */
export const plainPush = (xml: string, now: Date, token = pushToken) => {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const nonce = '486452656';
  return { query: { signature: signed(token, timestamp, nonce), timestamp, nonce }, body: xml };
};

/** A push in safe mode; with `clear`, in compatibility mode. */
export const safePush = (
  xml: string,
  now: Date,
  appid: string,
  { token = pushToken, key = aesKey, clear = '', encrypted = encryptedBy(key, xml, appid) } = {},
) => {
  const { query } = plainPush('', now, token);
  return {
    query: { ...query, openid: 'oSomebody', encrypt_type: 'aes', msg_signature: signed(token, query.timestamp, query.nonce, encrypted) },
    body: `<xml><ToUserName><![CDATA[gh_example]]></ToUserName>${clear}<Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
  };
};

/** What MASSSENDJOBFINISH looks like. `more` comes at the end, and elements of it that are there twice are there twice. */
export const massSendXml = ({
  msg_id = '3147490001',
  status = 'send success',
  created = 1772438400,
  counts = [1000, 980, 975, 5] as readonly (number | string)[],
  more = '',
} = {}) => {
  const [total, filter, sent, error] = counts;
  return `<xml>
<ToUserName><![CDATA[gh_example]]></ToUserName>
<FromUserName><![CDATA[oOperator]]></FromUserName>
<CreateTime>${created}</CreateTime>
<MsgType><![CDATA[event]]></MsgType>
<Event><![CDATA[MASSSENDJOBFINISH]]></Event>
<MsgID>${msg_id}</MsgID>
<Status><![CDATA[${status}]]></Status>
<TotalCount>${total}</TotalCount>
<FilterCount>${filter}</FilterCount>
<SentCount>${sent}</SentCount>
<ErrorCount>${error}</ErrorCount>
${more}
</xml>`;
};

/** Lists of a push as WeChat writes them, one item as well as several. */
export const articlesXml = (...urls: readonly string[]) =>
  `<ArticleUrlResult><Count>${urls.length}</Count><ResultList>${urls
    .map((url, index) => `<item><ArticleIdx>${index + 1}</ArticleIdx><ArticleUrl><![CDATA[${url}]]></ArticleUrl></item>`)
    .join('\n')}</ResultList></ArticleUrlResult>`;

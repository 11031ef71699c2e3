const REDACTED = '[redacted]';

/** The end of a name that holds a secret: access_token, corpsecret, ComponentVerifyTicket, permanent_code, EncodingAESKey. */
const SECRET_NAME = '(?:token|secret|ticket|aes_?key|(?:permanent|auth|authorization)_?code)';
const secretName = new RegExp(`${SECRET_NAME}$`, 'i');

// Names are matched by their end alone: a leading `\w*` would take quadratic time on a long run of letters.
/** "name":"value" with whatever the quotes hold. */
const quotedValue = new RegExp(`(${SECRET_NAME}"\\s*:\\s*")(?:[^"\\\\]|\\\\.)*`, 'gi');
/** name=value, name: value, and both inside an encoded URL or a JSON text within a JSON text. */
const bareValue = new RegExp(`(${SECRET_NAME}(?:\\\\*["']|%22)?\\s*(?:[:=]|%3[AD])\\s*(?:\\\\*["']|%22)?)[^\\s"'&,;<>{}\\\\]+`, 'gi');

/** As `redact`, for a text: a URL, a query string, a message. */
export const redactText = (text: string, secrets: readonly string[]): string => withoutSecrets(text, spellings(secrets));

const withoutSecrets = (text: string, spelled: readonly string[]): string =>
  spelled
    .reduce((safe, secret) => safe.replaceAll(secret, REDACTED), text)
    .replace(quotedValue, `$1${REDACTED}`)
    .replace(bareValue, `$1${REDACTED}`);

/**
 * A copy without secrets: values under names that hold one, in objects as in texts, and the given secrets wherever they occur.
 * For data that came from JSON; everything that WeChat sent or was sent passes here before it reaches an error, a log or an event.
 */
export const redact = (value: unknown, secrets: readonly string[]): unknown => copyWithout(value, spellings(secrets));

// A page of WeCom's has thousands of texts: the spellings are made once.
const copyWithout = (value: unknown, spelled: readonly string[]): unknown => {
  if (typeof value === 'string') return withoutSecrets(value, spelled);
  if (Array.isArray(value)) return value.map((item) => copyWithout(item, spelled));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      withoutSecrets(name, spelled),
      secretName.test(name) && (typeof held === 'string' || typeof held === 'number') ? REDACTED : copyWithout(held, spelled),
    ]),
  );
};

/** A secret as it is, as a URL and as a form spell it, and as JSON does. Longest first: one may be part of another. */
const spellings = (secrets: readonly string[]): string[] =>
  [
    ...new Set(
      secrets
        .filter((secret) => secret !== '')
        .flatMap((secret) => [
          secret,
          encodeURIComponent(secret.toWellFormed()),
          new URLSearchParams([['', secret]]).toString().slice(1),
          JSON.stringify(secret).slice(1, -1),
        ]),
    ),
  ].sort((a, b) => b.length - a.length);

import { createHash, timingSafeEqual } from 'node:crypto';

const hexDigest = /^[0-9a-f]{40}$/;

/**
 * Whether WeChat made this signature, which proves that it knows the token: SHA-1 over the token and what goes with it, sorted
 * as text. `parts` are the timestamp and the nonce, and the ciphertext where there is one.
 * https://developers.weixin.qq.com/doc/oplatform/developers/dev/push
 */
export const isSigned = (signature: string, token: string, ...parts: readonly string[]): boolean => {
  if (!hexDigest.test(signature)) return false;
  const expected = createHash('sha1')
    .update([token, ...parts].sort().join(''))
    .digest();
  return timingSafeEqual(Buffer.from(signature, 'hex'), expected);
};

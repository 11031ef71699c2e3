import { createDecipheriv } from 'node:crypto';
import { PushRefusedError } from './push-refused.ts';

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const cipherBlock = 16;
// PKCS#7 with blocks of 32 bytes, twice those of the cipher: OpenSSL's own unpadding takes no more than 16.
const mostPadding = 32;
const randomBytes = 16;
const lengthBytes = 4;

/**
 * What WeChat encrypted: AES-256-CBC over 16 random bytes, the length of the message, the message, and whom it is for.
 * https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.md
 * @param receiveId the AppID of the account, or of the third-party platform, that the message has to be for; undefined: whoever
 * @throws PushRefusedError
 */
export const decrypt = (encrypted: string, encodingAesKey: string, receiveId: string | undefined): Buffer => {
  const ciphertext = Buffer.from(encrypted, 'base64');
  if (!base64.test(encrypted) || ciphertext.length % cipherBlock !== 0)
    throw new PushRefusedError('what is encrypted is not whole blocks in Base64');
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = unpad(Buffer.concat([decipher.update(ciphertext), decipher.final()]));

  const start = randomBytes + lengthBytes;
  if (plain.length < start) throw new PushRefusedError('what was decrypted is too short');
  const end = start + plain.readUInt32BE(randomBytes);
  if (end > plain.length) throw new PushRefusedError('what was decrypted is shorter than it says');
  if (receiveId !== undefined && plain.subarray(end).toString() !== receiveId)
    throw new PushRefusedError('what was decrypted is for another AppID');
  return plain.subarray(start, end);
};

const unpad = (padded: Buffer): Buffer => {
  const size = padded.at(-1) ?? 0;
  const content = padded.length - size;
  const isPadding = size >= 1 && size <= mostPadding && content >= 0 && padded.subarray(content).every((byte) => byte === size);
  if (!isPadding) throw new PushRefusedError('what was decrypted has no padding: the key is another one');
  return padded.subarray(0, content);
};

import type { Clock } from '../clock.ts';
import type { RandomText } from '../random-text.ts';
import { askServer } from './ask-server.ts';
import { plainSignature, withQuery } from './envelope.ts';
import type { Recipient } from './recipient.ts';

interface Parts {
  readonly clock: Clock;
  readonly random: RandomText;
  readonly timeoutSeconds: number;
  readonly closing: AbortSignal;
}

/** What WeChat's console does when the URL is saved, https://developers.weixin.qq.com/doc/oplatform/developers/dev/push: it wants `echostr` back and nothing else. */
export const verifyServer = async ({ url, token }: Recipient, { clock, random, timeoutSeconds, closing }: Parts) => {
  const timestamp = String(Math.floor(clock.time() / 1000));
  const nonce = number(random);
  const echostr = `${number(random)}${number(random)}`;
  const signature = plainSignature(token, timestamp, nonce);
  const { status, body, error } = await askServer(
    { url: withQuery(url, { signature, echostr, timestamp, nonce }) },
    { timeoutSeconds, closing },
  );
  return { verified: status === 200 && body === echostr, status, answer: body.slice(0, 200), error };
};

const number = (random: RandomText) => String(Number.parseInt(random.hex(8), 16));

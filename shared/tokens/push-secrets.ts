import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { secondsAfter } from '../domain/time.ts';
import type { PushSecret } from '../wechat/push/open-push.ts';
import { PushSecretUnusableError } from './errors.ts';
import { whatToMend } from './secret-problems.ts';
import { parseSecret } from './secret-text.ts';

/**
 * What an operator writes into `waybill/<stage>/push/<account_id>`, as it stands in WeChat's console.
 * https://developers.weixin.qq.com/doc/oplatform/developers/dev/push
 */
export const pushSecret = z.strictObject({
  token: z.string().regex(/^[A-Za-z0-9]{3,32}$/),
  encoding_aes_key: z
    .string()
    .regex(/^[A-Za-z0-9]{43}$/)
    .optional(),
});

export interface PushSecrets {
  /** Undefined: WeChat pushes nothing to this account. @throws PushSecretUnusableError; never quotes it */
  read(accountId: string): Promise<PushSecret | undefined>;
  /** For a push that the secret does not fit: another one, if it was replaced. Seldom asks, for anybody can send what does not fit. */
  readAnew(accountId: string): Promise<PushSecret | undefined>;
}

interface Held {
  readonly secret: PushSecret | undefined;
  readonly readAt: Date;
}

const keptSeconds = 5 * 60;
// That there is none is soon different: the operator writes it and then enters the address in WeChat's console.
const noneKeptSeconds = 30;
const anewEverySeconds = 30;
// Anybody can make up ids. A stage has tens of accounts.
const mostHeld = 1000;

/** Keeps what it read in the memory of the process. */
export class SecretsManagerPushSecrets implements PushSecrets {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;
  readonly #now: () => Date;
  readonly #held = new Map<string, Held>();
  readonly #readAnewAt = new Map<string, Date>();
  constructor(client: SecretsManagerClient, prefix: string, now: () => Date = () => new Date()) {
    this.#client = client;
    this.#prefix = prefix;
    this.#now = now;
  }

  async read(accountId: string): Promise<PushSecret | undefined> {
    const held = this.#held.get(accountId);
    const fresh = held && secondsAfter(held.readAt, held.secret ? keptSeconds : noneKeptSeconds) > this.#now();
    return fresh ? held.secret : this.#fetch(accountId);
  }

  async readAnew(accountId: string): Promise<PushSecret | undefined> {
    const before = this.#held.get(accountId)?.secret;
    const last = this.#readAnewAt.get(accountId);
    if (last && secondsAfter(last, anewEverySeconds) > this.#now()) return undefined;
    this.#readAnewAt.set(accountId, this.#now());
    const secret = await this.#fetch(accountId);
    const isOther = secret?.token !== before?.token || secret?.encoding_aes_key !== before?.encoding_aes_key;
    return isOther ? secret : undefined;
  }

  async #fetch(accountId: string): Promise<PushSecret | undefined> {
    const secret = await this.#ask(`${this.#prefix}${accountId}`);
    if (this.#held.size >= mostHeld) this.#held.clear();
    this.#held.set(accountId, { secret, readAt: this.#now() });
    return secret;
  }

  async #ask(SecretId: string): Promise<PushSecret | undefined> {
    let text: string | undefined;
    try {
      text = (await this.#client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : '';
      // Missing, or on its way out: for WeChat there is none.
      if (name === 'ResourceNotFoundException' || name === 'InvalidRequestException') return undefined;
      const problem = whatToMend(cause);
      throw problem ? new PushSecretUnusableError(`the secret ${SecretId} ${problem}`, { cause }) : cause;
    }
    const parsed = parseSecret(pushSecret, text ?? '');
    if ('problem' in parsed) throw new PushSecretUnusableError(`the secret ${SecretId} ${parsed.problem}`);
    return parsed.value;
  }
}

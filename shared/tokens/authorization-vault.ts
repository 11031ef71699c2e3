import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { readKeptSecret } from './kept-secret.ts';
import { type NewSecret, writeSecret } from './write-secret.ts';

const stored = z.object({ refresh_token: z.string().min(1) });

/** The refresh tokens of authorized accounts. */
export interface AuthorizationVault {
  /** Undefined: there is none; WeChat tells it to the platform as often as it is asked. @throws TokenSecretUnusableError */
  read(accountId: string): Promise<string | undefined>;
  /** @throws TokenSecretUnusableError */
  write(accountId: string, refreshToken: string): Promise<void>;
}

/**
 * Refresh tokens in Secrets Manager, `waybill/<stage>/authorizations/<account_id>`. Not by version: one that was replaced is
 * refused, and a refusal is answered by asking WeChat for the current one.
 */
export class SecretsManagerAuthorizations implements AuthorizationVault {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;
  readonly #newSecret: NewSecret;
  constructor(client: SecretsManagerClient, prefix: string, newSecret: NewSecret = {}) {
    this.#client = client;
    this.#prefix = prefix;
    this.#newSecret = newSecret;
  }

  async read(accountId: string): Promise<string | undefined> {
    return (await readKeptSecret(this.#client, `${this.#prefix}${accountId}`, stored))?.refresh_token;
  }

  async write(accountId: string, refreshToken: string): Promise<void> {
    const description = 'Authorization of a third-party platform by an Official Account, renewed by Waybill alone';
    await writeSecret(this.#client, `${this.#prefix}${accountId}`, { refresh_token: refreshToken }, { ...this.#newSecret, description });
  }
}

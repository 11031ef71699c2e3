import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { CredentialsUnusableError } from './errors.ts';
import { whatToMend } from './secret-problems.ts';
import { parseSecret } from './secret-text.ts';

/** What an operator writes into `waybill/<stage>/credentials/<account_id>`, by kind of account. */
export const credentials = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('official_account'), appid: z.string().min(1), secret: z.string().min(1) }),
]);
export type Credentials = z.infer<typeof credentials>;

export interface CredentialReader {
  /** @throws CredentialsUnusableError when there are none or they cannot be read; never quotes them */
  read(accountId: string): Promise<Credentials>;
}

export class SecretsManagerCredentials implements CredentialReader {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;
  constructor(client: SecretsManagerClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async read(accountId: string): Promise<Credentials> {
    const SecretId = `${this.#prefix}${accountId}`;
    const { SecretString = '' } = await this.#client.send(new GetSecretValueCommand({ SecretId })).catch((cause: unknown) => {
      const problem = whatToMend(cause);
      if (problem) throw new CredentialsUnusableError(`the secret ${SecretId} ${problem}`, { cause });
      throw cause;
    });
    const parsed = parseSecret(credentials, SecretString);
    if ('problem' in parsed) throw new CredentialsUnusableError(`the secret ${SecretId} ${parsed.problem}`);
    return parsed.value;
  }
}

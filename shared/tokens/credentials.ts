import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { accountId } from '../domain/account.ts';
import { CredentialsUnusableError } from './errors.ts';
import { whatToMend } from './secret-problems.ts';
import { parseSecret } from './secret-text.ts';

const text = z.string().min(1);

/**
 * What is written into `waybill/<stage>/credentials/<account_id>`, by kind of account: by an operator, or, where another system
 * keeps the token, by that system each time it has a new one.
 */
export const credentials = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('official_account'), appid: text, secret: text }),
  z.strictObject({ kind: z.literal('third_party_platform'), appid: text, secret: text }),
  /** `platform`: the account_id of the third-party platform that the account authorized. */
  z.strictObject({ kind: z.literal('authorized_official_account'), appid: text, platform: accountId }),
  z.strictObject({
    kind: z.literal('official_account_external_token'),
    appid: text,
    access_token: text,
    expires_at: z.iso.datetime({ offset: true }),
  }),
  /** `secret`: of an app that a provider develops for the corp (代开发), the permanent code. */
  z.strictObject({ kind: z.literal('wecom_app'), corpid: text, agentid: text.optional(), secret: text }),
  z.strictObject({ kind: z.literal('wecom_suite'), suite_id: text, suite_secret: text }),
  /** `suite`: the account_id of the suite that the corp installed. */
  z.strictObject({ kind: z.literal('wecom_suite_app'), corpid: text, suite: accountId, permanent_code: text }),
  z.strictObject({
    kind: z.literal('wecom_external_token'),
    corpid: text,
    access_token: text,
    expires_at: z.iso.datetime({ offset: true }),
  }),
]);
export type Credentials = z.infer<typeof credentials>;
export type CredentialsOf<Kind extends Credentials['kind']> = Extract<Credentials, { kind: Kind }>;

/** What the account's row calls `upstream_id`. */
export const upstreamIdOf = (credentials: Credentials): string => {
  if ('appid' in credentials) return credentials.appid;
  return 'suite_id' in credentials ? credentials.suite_id : credentials.corpid;
};

export interface CredentialReader {
  /** The secret they are in, for whoever has to write it. */
  nameOf(accountId: string): string;
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

  nameOf(accountId: string): string {
    return `${this.#prefix}${accountId}`;
  }

  async read(accountId: string): Promise<Credentials> {
    const SecretId = this.nameOf(accountId);
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

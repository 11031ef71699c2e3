import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
  PutSecretValueCommand,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Credentials } from '../../shared/tokens/credentials.ts';

/** The shortest that Secrets Manager allows. */
const recoveryDays = 7;

/** The two secrets of an account. Nothing here reads what they hold. */
export class AccountSecrets {
  readonly #client: SecretsManagerClient;
  readonly #stage: string;
  readonly #kmsKey: string | undefined;
  /** @param kmsKey for new secrets; without one, AWS's own for Secrets Manager */
  constructor(client: SecretsManagerClient, stage: string, kmsKey?: string) {
    this.#client = client;
    this.#stage = stage;
    this.#kmsKey = kmsKey;
  }

  /** Also where there is one already, or one that was to be deleted. */
  async writeCredential(accountId: string, credential: Credentials): Promise<void> {
    const Name = this.#credential(accountId);
    const SecretString = JSON.stringify(credential);
    if (await this.#undelete(Name)) await this.#client.send(new PutSecretValueCommand({ SecretId: Name, SecretString }));
    else
      await this.#client.send(
        new CreateSecretCommand({ Name, SecretString, Description: 'Credential, written by an operator', KmsKeyId: this.#kmsKey }),
      );
  }

  /** A secret that is to be deleted cannot be written, and no token could be kept. */
  async readmitToken(accountId: string): Promise<void> {
    await this.#undelete(this.#token(accountId));
  }

  /** The names of those that are there, and which of them are to be deleted, and when at the earliest. */
  async find(accountId: string): Promise<{ name: string; deletedAfter?: Date }[]> {
    const names = [this.#credential(accountId), this.#token(accountId)];
    const found = await Promise.all(names.map(async (name) => ({ name, secret: await this.#describe(name) })));
    return found.flatMap(({ name, secret }) => (secret ? [{ name, ...(secret.DeletedDate && { deletedAfter: secret.DeletedDate }) }] : []));
  }

  /** @returns when it is gone at the earliest: in seven days, or now. */
  async remove(name: string, immediately: boolean): Promise<Date | undefined> {
    const how = immediately ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: recoveryDays };
    const { DeletionDate } = await this.#client.send(new DeleteSecretCommand({ SecretId: name, ...how }));
    return DeletionDate;
  }

  #credential = (accountId: string) => `waybill/${this.#stage}/credentials/${accountId}`;
  #token = (accountId: string) => `waybill/${this.#stage}/tokens/${accountId}`;

  async #describe(name: string): Promise<DescribeSecretResponse | undefined> {
    return this.#client.send(new DescribeSecretCommand({ SecretId: name })).catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
  }

  /** @returns whether there is such a secret */
  async #undelete(name: string): Promise<boolean> {
    const secret = await this.#describe(name);
    if (secret?.DeletedDate) await this.#client.send(new RestoreSecretCommand({ SecretId: name }));
    return secret !== undefined;
  }
}

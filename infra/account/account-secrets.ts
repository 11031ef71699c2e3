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
import type { PushSecret } from '../../shared/wechat/push/open-push.ts';

/** The shortest that Secrets Manager allows. */
const recoveryDays = 7;

/** The part of a secret's name before the account's id. The last three are written by the service itself. */
const kinds = ['credentials', 'push', 'tokens', 'tickets', 'authorizations'] as const;
type SecretKind = (typeof kinds)[number];

/** A credential that took the place of another, by the versions of its secret. */
export interface Replacement {
  readonly secret: string;
  readonly before: string;
  readonly now: string;
}

/** The secrets of an account. Nothing here reads what they hold. */
export class AccountSecrets {
  readonly #client: SecretsManagerClient;
  readonly #stage: string;
  readonly #kmsKey: string | undefined;
  readonly #tags: Readonly<Record<string, string>>;
  /** @param settings of new secrets; without a kmsKey, AWS's own for Secrets Manager */
  constructor(
    client: SecretsManagerClient,
    stage: string,
    { kmsKey, tags }: { readonly kmsKey: string | undefined; readonly tags: Readonly<Record<string, string>> },
  ) {
    this.#client = client;
    this.#stage = stage;
    this.#kmsKey = kmsKey;
    this.#tags = tags;
  }

  nameOf(kind: SecretKind, accountId: string): string {
    return `waybill/${this.#stage}/${kind}/${accountId}`;
  }

  /** Also where there is one already, or one that was to be deleted. */
  async writeCredential(accountId: string, credential: Credentials): Promise<Replacement | undefined> {
    const secret = this.nameOf('credentials', accountId);
    const { before, now } = await this.#write(secret, credential, 'Credential, written by an operator');
    return before && now ? { secret, before, now } : undefined;
  }

  /** Writes nothing where there is one already: it is somebody else's to write. @returns its ARN, and whether it is new */
  async placeCredential(accountId: string, credential: Credentials): Promise<{ arn: string | undefined; isNew: boolean }> {
    const name = this.nameOf('credentials', accountId);
    const present = await this.#undelete(name);
    if (present) return { arn: present.ARN, isNew: false };
    return { arn: await this.#create(name, credential, 'Token, written by the system that keeps it'), isNew: true };
  }

  /** @returns whether it took the place of another */
  async writePush(accountId: string, push: PushSecret): Promise<boolean> {
    const name = this.nameOf('push', accountId);
    const replaces = await this.has('push', accountId);
    await this.#write(name, push, 'What pushes are signed and encrypted with, written by an operator');
    return replaces;
  }

  /** A secret that is to be deleted cannot be written, and the service could keep nothing in it. */
  async readmit(accountId: string): Promise<void> {
    for (const kind of kinds) await this.#undelete(this.nameOf(kind, accountId));
  }

  /** One that is to be deleted cannot be read. */
  async has(kind: SecretKind, accountId: string): Promise<boolean> {
    const secret = await this.#describe(this.nameOf(kind, accountId));
    return secret !== undefined && secret.DeletedDate === undefined;
  }

  /** The names of those that are there, and which of them are to be deleted, and when at the earliest. */
  async find(accountId: string): Promise<{ name: string; deletedAfter?: Date }[]> {
    const names = kinds.map((kind) => this.nameOf(kind, accountId));
    const found = await Promise.all(names.map(async (name) => ({ name, secret: await this.#describe(name) })));
    return found.flatMap(({ name, secret }) => (secret ? [{ name, ...(secret.DeletedDate && { deletedAfter: secret.DeletedDate }) }] : []));
  }

  /** @returns when it is gone at the earliest: in seven days, or now. */
  async remove(name: string, immediately: boolean): Promise<Date | undefined> {
    const how = immediately ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: recoveryDays };
    const { DeletionDate } = await this.#client.send(new DeleteSecretCommand({ SecretId: name, ...how }));
    return DeletionDate;
  }

  /** @returns the versions of the content that it replaced and of its own; none where it is the first */
  async #write(name: string, content: object, description: string): Promise<{ before?: string | undefined; now?: string | undefined }> {
    const present = await this.#undelete(name);
    if (present) {
      const SecretString = JSON.stringify(content);
      const { VersionId: now } = await this.#client.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
      const [before] = Object.entries(present.VersionIdsToStages ?? {}).find(([, stages]) => stages.includes('AWSCURRENT')) ?? [];
      return { before, now };
    }
    await this.#create(name, content, description);
    return {};
  }

  async #create(Name: string, content: object, Description: string): Promise<string | undefined> {
    const Tags = Object.entries(this.#tags).map(([Key, Value]) => ({ Key, Value }));
    const SecretString = JSON.stringify(content);
    const { ARN } = await this.#client.send(new CreateSecretCommand({ Name, SecretString, Description, KmsKeyId: this.#kmsKey, Tags }));
    return ARN;
  }

  async #describe(name: string): Promise<DescribeSecretResponse | undefined> {
    return this.#client.send(new DescribeSecretCommand({ SecretId: name })).catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
  }

  /** @returns the secret, if there is one */
  async #undelete(name: string): Promise<DescribeSecretResponse | undefined> {
    const secret = await this.#describe(name);
    if (secret?.DeletedDate) await this.#client.send(new RestoreSecretCommand({ SecretId: name }));
    return secret;
  }
}

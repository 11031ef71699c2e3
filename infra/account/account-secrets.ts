import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Credentials, upstreamIdOf } from '../../shared/tokens/credentials.ts';
import type { PushSecret } from '../../shared/wechat/push/open-push.ts';

/** The shortest that Secrets Manager allows. */
const recoveryDays = 7;

/** The part of a secret's name before the account's id. The last three are written by the service itself. */
const kinds = ['credentials', 'push', 'tokens', 'tickets', 'authorizations'] as const;
type SecretKind = (typeof kinds)[number];

/**
 * What ends with the account, at once: its id may be given to another of WeChat's, which must not inherit it. Nothing is lost that does
 * not come anew, but Token and key of pushes, and those are entered again. A credential is replaced by whoever adds the account again;
 * a token is read by its version alone, of which only the account's row knows.
 */
const endsWithAccount: ReadonlySet<SecretKind> = new Set(['push', 'tickets', 'authorizations']);

// What was deleted without recovery takes a moment to be gone, and its name is taken until then.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
const goneWithinMs = 20_000;
const pauseMs = 1_000;

/** A credential that took the place of another, by the versions of its secret. */
export interface Replacement {
  readonly secret: string;
  readonly before: string;
  readonly now: string;
}

export interface Found {
  readonly name: string;
  readonly endsAtOnce: boolean;
  readonly deletedAfter: Date | undefined;
}

/** The secrets of an account. Nothing here reads what they hold. */
export class AccountSecrets {
  readonly #client: SecretsManagerClient;
  readonly #stage: string;
  readonly #kmsKey: string | undefined;
  readonly #tags: Readonly<Record<string, string>>;
  readonly #sleep: (milliseconds: number) => Promise<void>;
  /** @param settings of new secrets; without a kmsKey, AWS's own for Secrets Manager */
  constructor(
    client: SecretsManagerClient,
    stage: string,
    { kmsKey, tags }: { readonly kmsKey: string | undefined; readonly tags: Readonly<Record<string, string>> },
    sleep: (milliseconds: number) => Promise<void>,
  ) {
    this.#client = client;
    this.#stage = stage;
    this.#kmsKey = kmsKey;
    this.#tags = tags;
    this.#sleep = sleep;
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

  /**
   * Writes nothing where there is one already: it is somebody else's to write. One that was to be deleted is restored as it was if it
   * is of the same account of WeChat's, which its description tells; not so for a new account of WeCom's, whose corp may have several
   * apps and none is to get the token of another. @returns its ARN, and whether it is new
   */
  async placeCredential(
    accountId: string,
    credential: Credentials,
    { isThere }: { readonly isThere: boolean },
  ): Promise<{ arn: string | undefined; isNew: boolean }> {
    const name = this.nameOf('credentials', accountId);
    const description = `Token of ${upstreamIdOf(credential)}, written by the system that keeps it`;
    const present = await this.#undelete(name);
    if (!present) return { arn: await this.#create(name, credential, description), isNew: true };
    const mayBeAnothers = !isThere && credential.kind === 'wecom_external_token';
    const isAnothers = present.DeletedDate && present.Description !== description;
    if (isAnothers || mayBeAnothers) await this.#put(name, credential);
    return { arn: present.ARN, isNew: mayBeAnothers };
  }

  /** @returns whether it took the place of another */
  async writePush(accountId: string, push: PushSecret): Promise<boolean> {
    const name = this.nameOf('push', accountId);
    const replaces = await this.has('push', accountId);
    await this.#write(name, push, 'What pushes are signed and encrypted with, written by an operator');
    return replaces;
  }

  /** A secret that is to be deleted cannot be written, and the service could keep nothing in it. What pushes are signed with stays deleted. */
  async readmit(accountId: string): Promise<void> {
    for (const kind of ['tokens', 'tickets', 'authorizations'] as const) await this.#undelete(this.nameOf(kind, accountId));
  }

  /** The same for an id that no account has: what a removal that was cut off may have left is nobody's. */
  async disinherit(accountId: string): Promise<void> {
    await this.#undelete(this.nameOf('tokens', accountId));
    for (const kind of endsWithAccount) {
      const name = this.nameOf(kind, accountId);
      if (await this.#describe(name)) await this.remove(name, true);
    }
  }

  /** One that is to be deleted cannot be read. */
  async has(kind: SecretKind, accountId: string): Promise<boolean> {
    const secret = await this.#describe(this.nameOf(kind, accountId));
    return secret !== undefined && secret.DeletedDate === undefined;
  }

  /** Those that are there: whether they end with the account, which of them are to be deleted, and when at the earliest. */
  async find(accountId: string): Promise<Found[]> {
    const all = kinds.map((kind) => ({ name: this.nameOf(kind, accountId), endsAtOnce: endsWithAccount.has(kind) }));
    const found = await Promise.all(all.map(async (one) => ({ ...one, secret: await this.#describe(one.name) })));
    return found.flatMap(({ secret, ...one }) => (secret ? [{ ...one, deletedAfter: secret.DeletedDate }] : []));
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
      const now = await this.#put(name, content);
      const [before] = Object.entries(present.VersionIdsToStages ?? {}).find(([, stages]) => stages.includes('AWSCURRENT')) ?? [];
      return { before, now };
    }
    await this.#create(name, content, description);
    return {};
  }

  async #put(SecretId: string, content: object): Promise<string | undefined> {
    const { VersionId } = await this.#client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(content) }));
    return VersionId;
  }

  async #create(Name: string, content: object, Description: string): Promise<string | undefined> {
    const Tags = Object.entries(this.#tags).map(([Key, Value]) => ({ Key, Value }));
    const SecretString = JSON.stringify(content);
    const create = new CreateSecretCommand({ Name, SecretString, Description, KmsKeyId: this.#kmsKey, Tags });
    for (let waited = 0; ; waited += pauseMs) {
      try {
        return (await this.#client.send(create)).ARN;
      } catch (error) {
        if (!(error instanceof InvalidRequestException && waited < goneWithinMs)) throw error;
      }
      await this.#sleep(pauseMs);
    }
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

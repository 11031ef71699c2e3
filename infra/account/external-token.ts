import type { Account } from '../../shared/domain/account.ts';
import type { CredentialsOf } from '../../shared/tokens/credentials.ts';
import { neverWritten } from '../../shared/tokens/fetch-token.ts';
import type { DeployedStage } from './deployed-stage.ts';

type Kept = CredentialsOf<'official_account_external_token' | 'wecom_external_token'>;

/**
 * What stands in the secret until the other system writes it: a token that ended long ago. So the secret is there, with the key
 * and the tags of the stage, and that system needs no right to make one.
 */
export const notWrittenYet = (kind: Kept['kind'], upstreamId: string): Kept => holding(kind, upstreamId, 'not-written-yet', neverWritten);

/** What the other system has to do, and needs. */
export const whatToWrite = (
  { kmsKey }: Pick<DeployedStage, 'kmsKey'>,
  { kind, upstream_id }: Pick<Account, 'kind' | 'upstream_id'>,
  { name, arn }: { readonly name: string; readonly arn?: string | undefined },
): readonly string[] => {
  const example = holding(kind, upstream_id, 'THE TOKEN', '2026-03-02T10:00:00Z');
  // Secrets Manager puts six characters of its own behind the name.
  const resource = arn?.replace(/-\w{6}$/, '-??????') ?? `the secret ${name}`;
  return [
    `The system that keeps the token writes each new one, as soon as it has it, into the secret ${name}:`,
    `  ${JSON.stringify(example)}`,
    `It needs secretsmanager:PutSecretValue on ${resource}${kmsKey ? `, and kms:GenerateDataKey and kms:Decrypt on ${kmsKey}` : ''}.`,
  ];
};

const holding = (kind: Account['kind'], upstreamId: string, access_token: string, expires_at: string): Kept =>
  kind === 'wecom_external_token'
    ? { kind, corpid: upstreamId, access_token, expires_at }
    : { kind: 'official_account_external_token', appid: upstreamId, access_token, expires_at };

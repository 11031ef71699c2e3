import type { CredentialsOf } from '../../shared/tokens/credentials.ts';
import { neverWritten } from '../../shared/tokens/fetch-token.ts';
import type { DeployedStage } from './deployed-stage.ts';

const kind = 'official_account_external_token';

/**
 * What stands in the secret until the other system writes it: a token that ended long ago. So the secret is there, with the key
 * and the tags of the stage, and that system needs no right to make one.
 */
export const notWrittenYet = (appid: string): CredentialsOf<typeof kind> => ({
  kind,
  appid,
  access_token: 'not-written-yet',
  expires_at: neverWritten,
});

/** What the other system has to do, and needs. */
export const whatToWrite = (
  { kmsKey }: Pick<DeployedStage, 'kmsKey'>,
  appid: string,
  { name, arn }: { readonly name: string; readonly arn?: string | undefined },
): readonly string[] => {
  const example: CredentialsOf<typeof kind> = { kind, appid, access_token: 'THE TOKEN', expires_at: '2026-03-02T10:00:00Z' };
  // Secrets Manager puts six characters of its own behind the name.
  const resource = arn?.replace(/-\w{6}$/, '-??????') ?? `the secret ${name}`;
  return [
    `The system that keeps the token writes each new one, as soon as it has it, into the secret ${name}:`,
    `  ${JSON.stringify(example)}`,
    `It needs secretsmanager:PutSecretValue on ${resource}${kmsKey ? `, and kms:GenerateDataKey and kms:Decrypt on ${kmsKey}` : ''}.`,
  ];
};

import type { CredentialsOf } from '../../shared/tokens/credentials.ts';
import type { DeployedStage } from './deployed-stage.ts';

const kind = 'official_account_external_token';
const never = '1970-01-01T00:00:00.000Z';

/**
 * What stands in the secret until the other system writes it: a token that ended long ago. So the secret is there, with the key
 * and the tags of the stage, and that system needs no right to make one.
 */
export const notWrittenYet = (appid: string): CredentialsOf<typeof kind> => ({
  kind,
  appid,
  access_token: 'not-written-yet',
  expires_at: never,
});

/** What became of the token, from what the service says of it: when it ended, or that WeChat refuses it. */
export const describeStale = (detail: string): string => {
  const end = /\bends at (\S+)$/.exec(detail)?.[1];
  if (end === undefined) return 'WeChat refuses the one in the secret';
  return new Date(end).getTime() === new Date(never).getTime()
    ? 'the other system has written none yet'
    : `the one in the secret ended at ${end}`;
};

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

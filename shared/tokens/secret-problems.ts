import { SecretsManagerServiceException } from '@aws-sdk/client-secrets-manager';

const problems: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'does not exist',
  InvalidRequestException: 'is scheduled for deletion',
  AccessDeniedException: 'is denied to this function',
  DecryptionFailure: 'cannot be decrypted by this function',
  EncryptionFailure: 'cannot be encrypted by this function',
};

/** What a person has to mend about a secret. Undefined: the failure passes, or is a fault of ours. */
export const whatToMend = (error: unknown): string | undefined =>
  error instanceof SecretsManagerServiceException ? problems[error.name] : undefined;

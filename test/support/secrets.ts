import type { AuthorizationVault } from '../../shared/tokens/authorization-vault.ts';
import type { CredentialReader, Credentials } from '../../shared/tokens/credentials.ts';
import { CredentialsUnusableError, TokenVersionMissingError } from '../../shared/tokens/errors.ts';
import type { TicketReader, TicketWriter } from '../../shared/tokens/ticket-vault.ts';
import type { TokenVault } from '../../shared/tokens/token-vault.ts';

/** Credentials as an operator would have written them. */
export const credentialsOf = (written: Record<string, Credentials>): CredentialReader => ({
  nameOf: (accountId) => `waybill/test/credentials/${accountId}`,
  async read(accountId) {
    const found = written[accountId];
    if (!found) throw new CredentialsUnusableError(`there is no secret waybill/test/credentials/${accountId}`);
    return found;
  },
});

/** What the callback function keeps and the token functions read, in memory. */
export const ticketVault = (): TicketReader & TicketWriter & { readonly kept: Map<string, string[]> } => {
  const kept = new Map<string, string[]>();
  return {
    kept,
    read: async (platform) => kept.get(platform)?.at(-1),
    write: async (platform, ticket) => void kept.set(platform, [...(kept.get(platform) ?? []), ticket]),
  };
};
export const authorizationVault = (): AuthorizationVault & { readonly kept: Map<string, string[]> } => {
  const kept = new Map<string, string[]>();
  return {
    kept,
    read: async (accountId) => kept.get(accountId)?.at(-1),
    write: async (accountId, refreshToken) => void kept.set(accountId, [...(kept.get(accountId) ?? []), refreshToken]),
  };
};

/**
 * Secrets Manager's part in memory: versions by id, and reads that lag a write, as its copies do. `lag` is how many reads
 * of a new version still find nothing.
 */
export const tokenVault = ({ lag = 0 } = {}): TokenVault & { readonly versions: Map<string, { token: string; unseen: number }> } => {
  const versions = new Map<string, { token: string; unseen: number }>();
  return {
    versions,
    async write(accountId, token) {
      const version = crypto.randomUUID();
      versions.set(`${accountId}/${version}`, { token, unseen: lag });
      return version;
    },
    async read(accountId, version) {
      const stored = versions.get(`${accountId}/${version}`);
      if (!stored || stored.unseen-- > 0) throw new TokenVersionMissingError(`version ${version} is not there`);
      return stored.token;
    },
  };
};

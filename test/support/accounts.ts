import type { AccountStore } from '../../shared/store/account-store.ts';

/** A store's verbs as plain fields, of which a test replaces one. */
export const bound = (accounts: AccountStore): AccountStore => ({
  get: accounts.get.bind(accounts),
  all: accounts.all.bind(accounts),
  takeTokenLease: accounts.takeTokenLease.bind(accounts),
  releaseTokenLease: accounts.releaseTokenLease.bind(accounts),
  endTokenLease: accounts.endTokenLease.bind(accounts),
  takeSyncLease: accounts.takeSyncLease.bind(accounts),
  endSyncLease: accounts.endSyncLease.bind(accounts),
  raiseAttention: accounts.raiseAttention.bind(accounts),
  markAttentionPublished: accounts.markAttentionPublished.bind(accounts),
  clearAttention: accounts.clearAttention.bind(accounts),
  markUntoldPublished: accounts.markUntoldPublished.bind(accounts),
  noteTicket: accounts.noteTicket.bind(accounts),
  changeAuthorization: accounts.changeAuthorization.bind(accounts),
  noteAuthorization: accounts.noteAuthorization.bind(accounts),
});

/** The table as if it held these accounts alone. */
export const only = (accounts: AccountStore, ...accountIds: string[]): AccountStore => ({
  ...bound(accounts),
  all: async () => Promise.all(accountIds.map((id) => accounts.get(id))),
});

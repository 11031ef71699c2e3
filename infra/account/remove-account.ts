import type { AccountRows } from './account-rows.ts';
import type { AccountSecrets } from './account-secrets.ts';

// Refresh-token.ts keeps its lease for 15 s, and gives it back when it is done: what stays longer is somebody's who died.
const waitsForMs = 20_000;
const pauseMs = 500;

export interface RemoveDependencies {
  readonly rows: Pick<AccountRows, 'remove' | 'removeUnlessRenewing'>;
  readonly secrets: Pick<AccountSecrets, 'find' | 'remove'>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A renewal of its token is under way: this takes up to 20 s. */
  readonly onWait: () => void;
}

export interface Removed {
  /** When the last of the secrets that do not end at once is gone, at the earliest; undefined where there were none. */
  readonly gone: Date | undefined;
  /** A renewal was never seen to end, and could bring the secret of the token back: the next removal deletes that. */
  readonly renewing: boolean;
}

/**
 * Removes an account: its row first, so that nobody renews its token any more, then its secrets. A renewal that is under
 * way is waited for, since it writes the secret of the token, and makes it where there is none. Cut off anywhere, the next
 * time finishes it. The records of its messages stay, and for a week what its token was asked for with.
 */
export const removeAccount = async (
  { rows, secrets, sleep, onWait }: RemoveDependencies,
  accountId: string,
  { immediately }: { readonly immediately: boolean },
): Promise<Removed> => {
  let removed = await rows.removeUnlessRenewing(accountId);
  if (!removed) onWait();
  for (let waited = 0; !removed && waited < waitsForMs; waited += pauseMs) {
    await sleep(pauseMs);
    removed = await rows.removeUnlessRenewing(accountId);
  }
  if (!removed) await rows.remove(accountId);

  let gone: Date | undefined;
  for (const { name, endsAtOnce, deletedAfter } of await secrets.find(accountId)) {
    const atOnce = immediately || endsAtOnce;
    const date = deletedAfter && !atOnce ? deletedAfter : await secrets.remove(name, atOnce);
    if (!endsAtOnce && date && (!gone || date > gone)) gone = date;
  }
  return { gone, renewing: !removed };
};

import type { AccountRows } from './account-rows.ts';
import type { AccountSecrets } from './account-secrets.ts';

export interface RemoveDependencies {
  readonly rows: Pick<AccountRows, 'remove'>;
  readonly secrets: Pick<AccountSecrets, 'find' | 'remove'>;
}

/**
 * Removes an account: its row first, so that nobody renews its token any more, then its secrets. Cut off anywhere, the
 * next time finishes it. The records of its messages stay.
 * @returns when the secrets are gone, at the earliest; undefined where there were none
 */
export const removeAccount = async (
  { rows, secrets }: RemoveDependencies,
  accountId: string,
  { immediately }: { readonly immediately: boolean },
): Promise<Date | undefined> => {
  await rows.remove(accountId);
  let last: Date | undefined;
  for (const { name, deletedAfter } of await secrets.find(accountId)) {
    const gone = deletedAfter && !immediately ? deletedAfter : await secrets.remove(name, immediately);
    if (gone && (!last || gone > last)) last = gone;
  }
  return last;
};

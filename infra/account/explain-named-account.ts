import type { Failure } from '../../shared/domain/account.ts';
import { type Circumstances, checkAgain } from './circumstances.ts';
import { addLine, placeholder } from './help.ts';
import { termsOf } from './terms.ts';

/** That the platform or suite is none which the account's token is had through; undefined for everything else. */
export const explainNamedAccount = (failure: Failure, about: Circumstances): readonly string[] | undefined => {
  const { stage, account, platformIs } = about;
  const { through } = termsOf(account.kind);
  if (failure.code !== 'CREDENTIALS_UNUSABLE' || !through || platformIs === undefined || platformIs === through.kind) return undefined;
  const { option } = through;
  const what = `its ${option} ${account.platform} is ${platformIs === 'not there' ? platformIs : `none, but ${platformIs}`}.`;
  const did = account.kind === 'wecom_suite_app' ? 'the corp installed' : 'it authorized';
  // Naming the same one again would be refused.
  if (platformIs !== 'not there' || account.platform === undefined)
    return [what, `Name the ${option} that ${did}: ${addToAnother(about)}`, checkAgain(about)];
  const add = addLine(stage.name, { account_id: account.platform, kind: through.kind, upstream_id: placeholder[through.kind] });
  return [what, `Add the ${option}: ${add}`, `Or name another that ${did}: ${addToAnother(about)}`, checkAgain(about)];
};

/** The command that has the account served through another. */
export const addToAnother = ({ stage, account }: Circumstances): string =>
  addLine(stage.name, { ...account, platform: account.kind === 'wecom_suite_app' ? 'THAT_SUITE' : 'THAT_PLATFORM' });

import type { AccountKind } from '../../shared/domain/account.ts';
import type { Credentials } from '../../shared/tokens/credentials.ts';
import type { Operation } from './operation.ts';
import { termsOf, upstreamOf } from './terms.ts';

/** Of those that something is pushed to. A corp may have several apps: two accounts with its corpid are none that share anything. */
const pushedTo: ReadonlySet<AccountKind> = new Set(['official_account', 'wecom_suite']);

export const remarkOnSame = async ({ accounts, remark }: Operation, kind: AccountKind, upstreamId: string): Promise<void> => {
  if (!pushedTo.has(kind)) return;
  const same = (await accounts.all()).filter((one) => one.kind === kind && one.upstream_id === upstreamId);
  if (same.length === 0) return;
  const names = same.map(({ account_id }) => account_id).join(', ');
  remark(
    `Note: this stage has ${termsOf(kind).id} ${upstreamId} already, as ${names}. ${upstreamOf(kind)} pushes what is about it to one address alone.`,
  );
};

/** What WeChat does not make so, or not for this. WeCom tells no form of its ids and secrets but that of suites. */
export const remarkOnLooks = ({ remark }: Operation, credential: Credentials): void => {
  if ('appid' in credential && !/^wx[0-9a-f]{16}$/.test(credential.appid))
    remark(`Note: WeChat's AppIDs are wx and 16 of 0-9 and a-f, and ${credential.appid} is not.`);
  if ('appid' in credential && 'secret' in credential && !/^[0-9a-f]{32}$/.test(credential.secret))
    remark("Note: WeChat's AppSecrets are 32 of 0-9 and a-f, and this one is not.");
  // https://developer.work.weixin.qq.com/document/path/97162
  if (credential.kind === 'wecom_suite' && credential.suite_id.startsWith('dk'))
    remark(
      `Note: ${credential.suite_id} is a template of apps that a provider develops for one corp each (代开发). Those are of kind wecom_app, with their permanent codes for Secrets, and need no suite.`,
    );
};

import { agreed, useDeployedStage } from './deployed.ts';

type Given = Parameters<ReturnType<typeof useDeployedStage>['run']>[1];
type Ways = ReturnType<typeof useDeployedStage>;

/** Stage `test` with what WeCom has: corps with apps of their own, and providers' suites. */
export const useWecomStage = () => {
  const stage = useDeployedStage();
  const control = () => stage.simulator().control;
  const addArgs = (accountId: string, ...more: string[]) => ['add', '--stage', 'test', '--account-id', accountId, ...more];
  const appArgs = (accountId: string, corpid: string) => addArgs(accountId, '--kind', 'wecom_app', '--corpid', corpid);

  return {
    ...stage,
    control,
    /** A company on WeCom with two apps. */
    openCorp: (settings: Partial<Parameters<ReturnType<typeof control>['putCorp']>[0]> = {}) => {
      const corpid = `ww${crypto.randomUUID().slice(0, 16)}`;
      const [secret, otherSecret] = [`secret-of-${corpid}`, `other-secret-of-${corpid}`];
      const apps = [
        { agentid: 1000002, secret },
        { agentid: 1000003, secret: otherSecret },
      ];
      control().putCorp({ corpid, apps, ...settings });
      return { corpid, secret, otherSecret, apps };
    },
    /** `add` of an app, its Secret on standard input. */
    addApp: (accountId: string, corpid: string, secret: string, given: Given = {}) =>
      stage.run(appArgs(accountId, corpid), { stdin: `${secret}\n`, ...given }),
    /** The same as a process of its own. */
    addAppByProcess: (accountId: string, corpid: string, secret: string) =>
      stage.runProcess(appArgs(accountId, corpid), { stdin: `${secret}\n` }),
    /** A suite of a provider's, and a corp that installed it. */
    openSuite: (settings: Partial<Parameters<ReturnType<typeof control>['putSuite']>[0]> = {}) => {
      const id = crypto.randomUUID().slice(0, 16);
      const [suite_id, corpid, permanentCode] = [`ww${id}`, `wp${id}`, `permanent-code-of-${id}`];
      const suite = { suite_id, suite_secret: `suite-secret-of-${id}` };
      control().putCorp({ corpid });
      control().putSuite({ ...suite, authorized: [{ corpid, permanent_code: permanentCode }], ...settings });
      return { suite, corpid, permanentCode };
    },
    /** `add` of a suite: suite_secret, Token and key on standard input. */
    addSuite: (accountId: string, suite: { readonly suite_id: string; readonly suite_secret: string }, given: Given = {}) =>
      stage.run(addArgs(accountId, '--kind', 'wecom_suite', '--suite-id', suite.suite_id), {
        stdin: `${suite.suite_secret}\n${agreed.token}\n${agreed.encoding_aes_key}\n`,
        ...given,
      }),
    /** `add` of what a corp installed of it. */
    addSuiteApp: (accountId: string, corpid: string, suite: string, permanentCode: string): ReturnType<Ways['run']> =>
      stage.run(addArgs(accountId, '--kind', 'wecom_suite_app', '--corpid', corpid, '--suite', suite), { stdin: `${permanentCode}\n` }),
    /** What a sync has met that a person has to mend. */
    meet: (accountId: string, errcode: number, hint = 'do this') =>
      stage.accounts().raiseAttention(accountId, 'sync', {
        code: 'WECHAT_NOT_PERMITTED',
        hint,
        errcode,
        since: '2026-03-02T08:00:00.000Z',
        published: true,
      }),
  };
};

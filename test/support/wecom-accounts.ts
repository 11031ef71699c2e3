import { afterAll, beforeAll } from 'vitest';
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts';
import type { Account } from '../../shared/domain/account.ts';
import { secondsAfter } from '../../shared/domain/time.ts';
import type { Credentials } from '../../shared/tokens/credentials.ts';
import { makeReceiveTicket } from '../../shared/tokens/platform-pushes.ts';
import { makeRefreshDueTokens } from '../../shared/tokens/refresh-due-tokens.ts';
import { makeRefreshToken } from '../../shared/tokens/refresh-token.ts';
import { renewalOf } from '../../shared/tokens/renewal.ts';
import { TokenSource } from '../../shared/tokens/token-source.ts';
import { createComponentClient } from '../../shared/wechat/component.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../../shared/wechat/official-account.ts';
import { createWecomClient, wecomTransport } from '../../shared/wechat/wecom.ts';
import { only } from './accounts.ts';
import { recordingBus } from './bus.ts';
import { authorizationVault, credentialsOf, ticketVault, tokenVault } from './secrets.ts';
import { useTables } from './tables.ts';

/** Corps of WeCom's, their apps and providers' suites, put together as deployed, on a clock that only the test moves. */
export const useWecomAccounts = ({ from = new Date('2026-03-02T08:00:00.000Z') } = {}) => {
  const tables = useTables();
  let time = from.getTime();
  const now = () => new Date(time);
  const sleep = async (milliseconds: number) => {
    time += milliseconds;
  };

  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ now });
  });
  afterAll(() => simulator.close());
  const control = () => simulator.control;
  const tokenCalls = () =>
    control()
      .calls(1000)
      .calls.flatMap(({ path }) => {
        const operation = path.slice(path.lastIndexOf('/') + 1);
        return /token$/.test(operation) ? [operation] : [];
      });

  /** The token functions of one process, and what they share with the others. */
  const together = (written: Record<string, Credentials>, accountIds: readonly string[]) => {
    const accounts = tables.accounts();
    const { bus: events, published } = recordingBus();
    const [vault, tickets] = [tokenVault(), ticketVault()];
    const official = officialAccountTransport({ baseUrl: simulator.url, now, sleep });
    const wecom = createWecomClient(wecomTransport({ baseUrl: simulator.url, now, sleep, random: () => 0 }));
    const renewal = renewalOf({
      accounts,
      events,
      vault,
      tickets,
      wecom,
      authorizations: authorizationVault(),
      officialAccount: createOfficialAccountClient(official),
      component: createComponentClient(official),
      credentials: credentialsOf(written),
      now,
      sleep,
    });
    const deadline = () => secondsAfter(now(), 24.5);
    const rowOf = (account_id: string) => accounts.get(account_id);
    const refresh =
      (account_id: string) =>
      (request: { refused_version?: string | undefined; prove?: true } = {}) =>
        makeRefreshToken(renewal)({ account_id, ...request }, deadline());
    return {
      accounts,
      published,
      vault,
      tickets,
      wecom,
      written,
      deadline,
      rowOf,
      refreshOf: refresh,
      runSchedule: async () => makeRefreshDueTokens({ ...renewal, accounts: only(accounts, ...accountIds) })(deadline()),
      /** One process of an operation: a memory of its own, everything else shared. */
      newProcess: () => new TokenSource({ accounts, tokens: vault, refresh: makeRefreshToken(renewal), now, sleep: async () => {} }),
      tokenOf: async (account_id: string) => vault.read(account_id, (await rowOf(account_id)).token?.version ?? 'none'),
    };
  };

  /** A corp with two apps, and an account for each. */
  const openCorp = async ({ row = {} as Partial<Account>, corp = {} as object } = {}) => {
    const corpid = `ww${crypto.randomUUID()}`;
    const [secret, otherSecret] = [`secret of ${corpid}`, `other secret of ${corpid}`];
    control().putCorp({
      corpid,
      apps: [
        { agentid: 1000002, secret },
        { agentid: 1000003, secret: otherSecret },
      ],
      ...corp,
    });
    const account = await tables.addAccount({ kind: 'wecom_app', upstream_id: corpid, ...row });
    const other = await tables.addAccount({ kind: 'wecom_app', upstream_id: corpid });
    const written: Record<string, Credentials> = {
      [account]: { kind: 'wecom_app', corpid, agentid: '1000002', secret },
      [other]: { kind: 'wecom_app', corpid, secret: otherSecret },
    };
    const parts = together(written, [account, other]);
    const withToken = parts.newProcess();
    return {
      ...parts,
      corpid,
      secret,
      account,
      other,
      refresh: parts.refreshOf(account),
      row: () => parts.rowOf(account),
      /** What an operation does: any call of WeCom's. */
      list: (accountId = account, process = withToken) =>
        process.withToken(accountId, parts.deadline(), (accessToken) =>
          parts.wecom.listGroupMessages({
            accessToken,
            chatType: 'single',
            startTime: time / 1000 - 3600,
            endTime: Math.floor(time / 1000),
            deadline: parts.deadline(),
          }),
        ),
    };
  };

  /** A provider's suite, with a ticket unless told otherwise, and what one corp installed of it. */
  const openSuite = async ({ ticket = true } = {}) => {
    const [suiteId, corpid, permanentCode] = [
      `wwsuite${crypto.randomUUID()}`,
      `wpcorp${crypto.randomUUID()}`,
      `code ${crypto.randomUUID()}`,
    ];
    const suiteSecret = `secret of ${suiteId}`;
    control().putCorp({ corpid });
    control().putSuite({ suite_id: suiteId, suite_secret: suiteSecret, authorized: [{ corpid, permanent_code: permanentCode }] });
    const suite = await tables.addAccount({ kind: 'wecom_suite', upstream_id: suiteId });
    const account = await tables.addAccount({ kind: 'wecom_suite_app', upstream_id: corpid });
    const written: Record<string, Credentials> = {
      [suite]: { kind: 'wecom_suite', suite_id: suiteId, suite_secret: suiteSecret },
      [account]: { kind: 'wecom_suite_app', corpid, suite, permanent_code: permanentCode },
    };
    const parts = together(written, [suite, account]);
    const receiveTicket = makeReceiveTicket(parts);
    const giveTicket = async (given = control().issueSuiteTicket(suiteId)) =>
      receiveTicket({ account: await parts.rowOf(suite), ticket: given, now: now() });
    if (ticket) await giveTicket();
    return {
      ...parts,
      suiteId,
      corpid,
      suiteSecret,
      permanentCode,
      suite,
      account,
      refresh: parts.refreshOf(account),
      refreshSuite: parts.refreshOf(suite),
      row: () => parts.rowOf(account),
      suiteRow: () => parts.rowOf(suite),
      giveTicket,
    };
  };

  return {
    ...tables,
    now,
    control,
    together,
    openCorp,
    openSuite,
    /** The next calls of this operation are refused. */
    refuse: (path: string, errcode: number, times = 1) => control().orderFault({ path, times, fault: { kind: 'errcode', errcode } }),
    /** The calls for a token from here on, in order. */
    askedFromNow: () => {
      const start = tokenCalls().length;
      return () => tokenCalls().slice(start);
    },
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
  };
};

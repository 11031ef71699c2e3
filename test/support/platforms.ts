import { afterAll, beforeAll } from 'vitest';
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts';
import type { Account } from '../../shared/domain/account.ts';
import { secondsAfter } from '../../shared/domain/time.ts';
import type { Credentials } from '../../shared/tokens/credentials.ts';
import { makeAuthorizationChanged, makeReceiveTicket } from '../../shared/tokens/platform-pushes.ts';
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

const calls = '/cgi-bin/component/';

/** Third-party platforms and the accounts that authorized them, put together as deployed, on a clock that only the test moves. */
export const usePlatforms = () => {
  const tables = useTables();
  let time = Date.parse('2026-03-02T08:00:00.000Z');
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
  const operations = () =>
    control()
      .calls(1000)
      .calls.flatMap(({ path }) => (path.startsWith(calls) ? [path.slice(calls.length)] : []));

  /** A platform that WeChat knows, with a ticket unless told otherwise, and one account that authorized it. */
  const open = async ({ ticket = true, funcIds = [1, 7, 11], row = {} as Partial<Account> } = {}) => {
    const [componentAppid, appid] = [`wxplatform${crypto.randomUUID()}`, `wxaccount${crypto.randomUUID()}`];
    const secret = `secret of ${componentAppid}`;
    control().putAccount({ appid, secret: `secret of ${appid}`, protection: true });
    const authorizers = [{ appid, func_ids: [...funcIds] }];
    control().putPlatform({ component_appid: componentAppid, component_appsecret: secret, authorizers });
    const platform = await tables.addAccount({ kind: 'third_party_platform', upstream_id: componentAppid });
    const account = await tables.addAccount({ kind: 'authorized_official_account', upstream_id: appid, ...row });
    const written: Record<string, Credentials> = {
      [platform]: { kind: 'third_party_platform', appid: componentAppid, secret },
      [account]: { kind: 'authorized_official_account', appid, platform },
    };

    const accounts = tables.accounts();
    const { bus: events, published } = recordingBus();
    const [vault, tickets, authorizations] = [tokenVault(), ticketVault(), authorizationVault()];
    const transport = officialAccountTransport({ baseUrl: simulator.url, now, sleep });
    const officialAccount = createOfficialAccountClient(transport);
    const component = createComponentClient(transport);
    const renewal = {
      accounts,
      events,
      vault,
      tickets,
      authorizations,
      officialAccount,
      component,
      wecom: createWecomClient(wecomTransport({ baseUrl: simulator.url, now, sleep })),
      credentials: credentialsOf(written),
      now,
    };
    /** The token functions of one process. */
    const newRenewal = (other: Partial<typeof renewal> = {}) => renewalOf({ ...renewal, ...other });
    const deadline = () => secondsAfter(now(), 24.5);
    const refreshing = (account_id: string) => async (refused_version?: string) =>
      makeRefreshToken(newRenewal())({ account_id, ...(refused_version && { refused_version }) }, deadline());

    const receiveTicket = makeReceiveTicket({ accounts, tickets });
    const authorizationChanged = makeAuthorizationChanged({ accounts: only(accounts, platform, account), events });
    const rowOf = (account_id: string) => accounts.get(account_id);
    const giveTicket = async (given = control().issueTicket(componentAppid)) =>
      receiveTicket({ account: await rowOf(platform), ticket: given, now: now() });
    if (ticket) await giveTicket();
    return {
      platform,
      componentAppid,
      secret,
      account,
      appid,
      written,
      accounts,
      published,
      vault,
      tickets,
      authorizations,
      newRenewal,
      deadline,
      refresh: refreshing(account),
      refreshPlatform: refreshing(platform),
      /** Asks WeChat whatever the row says, as an operator's command does. */
      prove: async (account_id = account) => makeRefreshToken(newRenewal())({ account_id, prove: true }, deadline()),
      runSchedule: async () => makeRefreshDueTokens({ ...newRenewal(), accounts: only(accounts, platform, account) })(deadline()),
      /** One process of an operation: a memory of its own, everything else shared. */
      newProcess: () => new TokenSource({ accounts, tokens: vault, refresh: makeRefreshToken(newRenewal()), now, sleep: async () => {} }),
      giveTicket,
      change: async (change: 'authorized' | 'updateauthorized' | 'unauthorized', createdAt?: Date) =>
        authorizationChanged({ platform: await rowOf(platform), authorizerAppid: appid, change, createdAt, now: now() }),
      row: () => rowOf(account),
      platformRow: () => rowOf(platform),
      /** The owner does so in WeChat; the refresh token of the authorization before is dead. */
      authorize: (func_ids = [1, 7, 11], owner = appid) => control().authorize({ component_appid: componentAppid, appid: owner, func_ids }),
      unauthorize: () => control().unauthorize({ component_appid: componentAppid, appid }),
      issueTicket: () => control().issueTicket(componentAppid),
      component,
      /** What WeChat says of a message, asked with the token that the row names. */
      askWithToken: async () => {
        const { msg_id: msgId } = control().createMassMessage({ appid, to_all: false, sending_seconds: 0 });
        const accessToken = await vault.read(account, (await rowOf(account)).token?.version ?? 'none');
        return (await officialAccount.getMassMessageStatus({ accessToken, msgId, deadline: deadline() })).msgStatus;
      },
      version: async (account_id = account) => (await rowOf(account_id)).token?.version,
    };
  };
  return {
    ...tables,
    now,
    /** The next calls of this operation are refused. */
    refuse: (operation: string, errcode: number, times = 1) =>
      control().orderFault({ path: `${calls}${operation}`, times, fault: { kind: 'errcode', errcode } }),
    stopRefusing: () => control().clearFaults(),
    /** What is called from here on, in order. */
    calledFromNow: () => {
      const start = operations().length;
      return () => operations().slice(start);
    },
    open,
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
  };
};

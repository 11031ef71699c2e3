import { afterAll, beforeAll } from 'vitest';
import { type Simulator, startSimulator } from '../../local/simulator/simulator.ts';
import type { Account } from '../../shared/domain/account.ts';
import { secondsAfter } from '../../shared/domain/time.ts';
import type { TrackingSchedule } from '../../shared/domain/tracking-schedule.ts';
import { makeRefreshToken } from '../../shared/tokens/refresh-token.ts';
import { renewalOf } from '../../shared/tokens/renewal.ts';
import { TokenSource } from '../../shared/tokens/token-source.ts';
import { makeLook } from '../../shared/tracking/look.ts';
import { makeTakeStep } from '../../shared/tracking/take-step.ts';
import { createComponentClient } from '../../shared/wechat/component.ts';
import { createOfficialAccountClient, officialAccountTransport } from '../../shared/wechat/official-account.ts';
import { createWecomClient, wecomTransport } from '../../shared/wechat/wecom.ts';
import { recordingBus } from './bus.ts';
import { prodSchedule } from './prod-schedule.ts';
import { authorizationVault, credentialsOf, ticketVault, tokenVault } from './secrets.ts';
import { useTables } from './tables.ts';

/**
 * Everything between a handler and the outside, put together as it is deployed: real tables, the simulator over HTTP, and
 * one clock for all, which only the test moves. For the tests of one file.
 */
export const useWorld = ({ from = new Date('2026-03-02T08:00:00.000Z') } = {}) => {
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

  return {
    ...tables,
    now,
    simulator: () => simulator,
    pass: (seconds: number) => {
      time += seconds * 1000;
    },
    passUntil: (to: string) => {
      time = Math.max(time, Date.parse(to));
    },
    /** An account that both sides know, and what would run for it. */
    async openAccount({ schedule = prodSchedule as TrackingSchedule, failures = 0, lag = 0, row = {} as Partial<Account> } = {}) {
      const appid = `wx${crypto.randomUUID()}`;
      const secret = `secret of ${appid}`;
      simulator.control.putAccount({ appid, secret, protection: true });
      const account_id = await tables.addAccount({ ...row, upstream_id: appid });

      const accounts = tables.accounts();
      const messages = tables.messages();
      const { bus: events, published } = recordingBus({ failures });
      const vault = tokenVault({ lag });
      const transport = officialAccountTransport({ baseUrl: simulator.url, now, sleep });
      const officialAccount = createOfficialAccountClient(transport);
      const refreshDependencies = renewalOf({
        accounts,
        events,
        vault,
        credentials: credentialsOf({ [account_id]: { kind: 'official_account', appid, secret } }),
        tickets: ticketVault(),
        authorizations: authorizationVault(),
        officialAccount,
        component: createComponentClient(transport),
        wecom: createWecomClient(wecomTransport({ baseUrl: simulator.url, now, sleep })),
        now,
      });
      /** One process each: a memory of its own, everything else shared. */
      const refresh = makeRefreshToken(refreshDependencies);
      const newProcess = () =>
        new TokenSource({
          accounts,
          tokens: vault,
          refresh,
          now,
          sleep: async () => {},
        });
      const look = makeLook(newProcess(), officialAccount);
      const takeStep = makeTakeStep({ accounts, messages, events, look, schedule, now });
      return {
        account_id,
        appid,
        accounts,
        messages,
        events,
        published,
        vault,
        officialAccount,
        refreshDependencies,
        refresh,
        newProcess,
        look,
        schedule,
        takeStep: (msg_id: string, attempt = 1) => takeStep({ account_id, msg_id, attempt }, secondsAfter(now(), 50)),
        /** How often WeChat was called since the journal was last cleared, by path. */
        fetches: () => callsOf(simulator, '/cgi-bin/stable_token'),
      };
    },
  };
};

const callsOf = (simulator: Simulator, path: string): number => simulator.control.calls().counts[path] ?? 0;

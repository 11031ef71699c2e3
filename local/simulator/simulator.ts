import { randomUUID } from 'node:crypto';
import { Clock } from './clock.ts';
import { makeControl } from './control.ts';
import { answerControl, type ControlRoute, controlPrefix, generalRoutes } from './control-routes.ts';
import { Faults } from './faults.ts';
import { serve } from './http.ts';
import { Journal } from './journal.ts';
import type { AccountSettings } from './official-account/account.ts';
import { makeOfficialAccountControl } from './official-account/control.ts';
import { officialAccountRoutes } from './official-account/control-routes.ts';
import { OfficialAccountPlatform } from './official-account/platform.ts';
import { OfficialAccountState } from './official-account/state.ts';
import { RandomText } from './random-text.ts';
import { makeWechat } from './wechat.ts';

export type { AccountSettings } from './official-account/account.ts';

export interface SimulatorOptions {
  /** Default 0: chosen by the system. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Everything that depends on time is computed from this clock when it is asked for; nothing waits. Default: the system's. */
  readonly now?: () => Date;
  /** Default: none; the control API adds them. */
  readonly accounts?: readonly AccountSettings[];
  /** Default 1800: "does not confirm within 30 minutes". */
  readonly confirmationWindowSeconds?: number;
  /** How long WeChat takes to send. Default 10. */
  readonly sendingSeconds?: number;
  /** For how long WeChat answers 40059 after the submission. Default 0. */
  readonly notVisibleSeconds?: number;
  /** Same seed, same tokens. Default: another one each time. */
  readonly seed?: string;
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>;

/**
 * Starts WeChat's server API on this machine.
 * @throws the system's error when the port is taken (`EADDRINUSE`)
 */
export const startSimulator = async (options: SimulatorOptions = {}) => {
  const clock = new Clock(options.now ?? (() => new Date()));
  const random = new RandomText(options.seed ?? randomUUID());
  const journal = new Journal(clock);
  const faults = new Faults();
  const times = {
    confirmationWindowSeconds: options.confirmationWindowSeconds ?? 1800, // the page of mass/get: 30 minutes
    sendingSeconds: options.sendingSeconds ?? 10,
    notVisibleSeconds: options.notVisibleSeconds ?? 0,
  };
  const officialAccounts = new OfficialAccountState(clock, random, times, options.accounts ?? []);

  const general = makeControl({ clock, faults, journal, resetPlatforms: () => officialAccounts.reset() });
  const officialAccount = makeOfficialAccountControl(officialAccounts);
  const control = {
    ...general,
    ...officialAccount,
    /** Everything at a glance. Holds no token and no secret. */
    overview: () => ({
      now: general.now(),
      settings: {
        confirmation_window_seconds: times.confirmationWindowSeconds,
        sending_seconds: times.sendingSeconds,
        not_visible_seconds: times.notVisibleSeconds,
      },
      accounts: officialAccount.listAccounts(),
      mass_messages: officialAccount.listMassMessages(),
      faults: general.listFaults(),
    }),
  };
  const routes: ControlRoute[] = [['GET', '', control.overview], ...generalRoutes(general), ...officialAccountRoutes(officialAccount)];

  const closing = new AbortController();
  const wechat = makeWechat({ platforms: [new OfficialAccountPlatform(officialAccounts)], faults, journal, closing: closing.signal });
  const { url, port, close } = await serve(options.host ?? '127.0.0.1', options.port ?? 0, async (call) =>
    call.path === controlPrefix || call.path.startsWith(`${controlPrefix}/`) ? answerControl(routes, call) : wechat(call),
  );
  return {
    /** Where https://api.weixin.qq.com would be: no slash at the end. */
    url,
    port,
    control,
    /** At once, open connections too. Twice does no harm. */
    close: async () => {
      closing.abort();
      await close();
    },
  };
};

import { randomUUID } from 'node:crypto';
import { Agenda } from './agenda.ts';
import { Clock } from './clock.ts';
import { makeComponentControl } from './component/control.ts';
import { componentRoutes } from './component/control-routes.ts';
import { componentPlatform } from './component/platform.ts';
import type { ComponentSettings } from './component/settings.ts';
import { ComponentState } from './component/state.ts';
import { makeControl } from './control.ts';
import { answerControl, type ControlRoute, controlPrefix, generalRoutes } from './control-routes.ts';
import { Faults } from './faults.ts';
import { serve } from './http.ts';
import { Journal } from './journal.ts';
import { type AccountSettings, userNameOf } from './official-account/account.ts';
import { makeOfficialAccountControl } from './official-account/control.ts';
import { officialAccountRoutes, pushRoutes } from './official-account/control-routes.ts';
import { MessagePushes } from './official-account/message-pushes.ts';
import { officialAccountPlatform } from './official-account/platform.ts';
import { makePushControl } from './official-account/push-control.ts';
import { OfficialAccountState } from './official-account/state.ts';
import { PushBook } from './push/push-book.ts';
import { ownServer } from './push/recipient.ts';
import { RandomText } from './random-text.ts';
import { makeWechat } from './wechat.ts';
import { makeWecomControl } from './wecom/control.ts';
import { suiteRoutes, wecomRoutes } from './wecom/control-routes.ts';
import { wecomPlatform } from './wecom/platform.ts';
import type { CorpSettings, SuiteSettings } from './wecom/settings.ts';
import { WecomState } from './wecom/state.ts';
import { makeSuiteControl } from './wecom/suite-control.ts';
import { SuiteState } from './wecom/suite-state.ts';

export type { ComponentSettings } from './component/settings.ts';
export type { AccountSettings } from './official-account/account.ts';
export type { PushSettings } from './push/push-settings.ts';
export type { CorpSettings, SuiteSettings } from './wecom/settings.ts';

export interface SimulatorOptions {
  /** Default 0: chosen by the system. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /**
   * Everything that depends on time is computed from this clock when it is asked for. With a clock of one's own nothing waits, and what WeChat does by
   * itself is done by `control.advanceClock` and `control.deliverPushes`; with the system's, which is the default, timers do it.
   */
  readonly now?: () => Date;
  /** Default: none; the control API adds them. */
  readonly accounts?: readonly AccountSettings[];
  /** Third-party platforms, which some of the accounts have authorized. Default: none; the control API adds them. */
  readonly platforms?: readonly ComponentSettings[];
  /** Companies on WeCom, with their apps and members. Default: none; the control API adds them. */
  readonly corps?: readonly CorpSettings[];
  /** Providers' suites, which some of the corps have authorized. Default: none; the control API adds them. */
  readonly suites?: readonly SuiteSettings[];
  /** Default 1800: "does not confirm within 30 minutes". */
  readonly confirmationWindowSeconds?: number;
  /** How long WeChat takes to send. Default 10. */
  readonly sendingSeconds?: number;
  /** For how long WeChat answers 40059 after the submission. Default 0. */
  readonly notVisibleSeconds?: number;
  /** Real time after which WeChat hangs up on a server that it pushes to. Default 5. */
  readonly pushTimeoutSeconds?: number;
  /** Same seed, same tokens. Default: another one each time. */
  readonly seed?: string;
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>;

/**
 * Starts WeChat's server API on this machine.
 * @throws the system's error when the port is taken (`EADDRINUSE`)
 */
export const startSimulator = async (options: SimulatorOptions = {}) => {
  const clock = new Clock(options.now);
  const random = new RandomText(options.seed ?? randomUUID());
  const journal = new Journal(clock);
  const faults = new Faults();
  const times = {
    confirmationWindowSeconds: options.confirmationWindowSeconds ?? 1800, // the page of mass/get: 30 minutes
    sendingSeconds: options.sendingSeconds ?? 10,
    notVisibleSeconds: options.notVisibleSeconds ?? 0,
  };
  const timeoutSeconds = options.pushTimeoutSeconds ?? 5; // the page about pushes
  const closing = new AbortController();
  const pushes = new PushBook(clock, random, timeoutSeconds);
  const officialAccounts = new OfficialAccountState(clock, random, times, options.accounts ?? [], (message) => {
    messagePushes.follow(message);
    agenda.arm();
  });
  const components = new ComponentState(officialAccounts, pushes, options.platforms ?? []);
  const recipientOf = (appid: string) => {
    const push = officialAccounts.accounts.get(appid)?.push;
    return components.messageServer(appid) ?? (push ? ownServer(appid, userNameOf(appid), push) : undefined);
  };
  const messagePushes = new MessagePushes({ clock, pushes, recipientOf });
  const wecom = new WecomState(clock, random, options.corps ?? []);
  const suites = new SuiteState(wecom, pushes, options.suites ?? []);
  const agenda = new Agenda(clock, [messagePushes, components, suites]);
  const runAgenda = () => agenda.run();
  agenda.arm();

  const resetPlatforms = () => {
    pushes.clear();
    messagePushes.clear();
    officialAccounts.reset();
    components.reset();
    wecom.reset();
    suites.reset();
    agenda.arm();
  };
  const general = makeControl({ clock, faults, journal, resetPlatforms, runAgenda });
  const officialAccount = makeOfficialAccountControl(officialAccounts, pushes);
  const push = makePushControl({
    state: officialAccounts,
    pushes,
    messagePushes,
    recipientOf,
    isPlatform: (appid) => components.components.has(appid) || suites.suites.has(appid),
    runAgenda,
    timeoutSeconds,
    closing: closing.signal,
  });
  const component = makeComponentControl(components, officialAccounts, () => agenda.arm());
  const corp = makeWecomControl(wecom);
  const suite = makeSuiteControl(suites, () => agenda.arm(), closing.signal);
  const control = {
    ...general,
    ...officialAccount,
    ...push,
    ...component,
    ...corp,
    ...suite,
    /** Everything at a glance. Holds no token and no secret. */
    overview: () => ({
      now: general.now(),
      settings: {
        confirmation_window_seconds: times.confirmationWindowSeconds,
        sending_seconds: times.sendingSeconds,
        not_visible_seconds: times.notVisibleSeconds,
      },
      accounts: officialAccount.listAccounts(),
      platforms: component.listPlatforms(),
      corps: corp.listCorps(),
      suites: suite.listSuites(),
      mass_messages: officialAccount.listMassMessages(),
      group_messages: corp.listGroupMessages(),
      pushes: push.listPushes(),
      faults: general.listFaults(),
    }),
  };
  const routes: ControlRoute[] = [
    ['GET', '', control.overview],
    ...generalRoutes(general),
    ...officialAccountRoutes(officialAccount),
    ...pushRoutes(push),
    ...componentRoutes(component),
    ...wecomRoutes(corp),
    ...suiteRoutes(suite),
  ];

  const wechat = makeWechat({
    platforms: [officialAccountPlatform(officialAccounts), componentPlatform(components), wecomPlatform(suites, closing.signal)],
    faults,
    journal,
    closing: closing.signal,
  });
  const { url, port, close } = await serve(options.host ?? '127.0.0.1', options.port ?? 0, async (call) =>
    call.path === controlPrefix || call.path.startsWith(`${controlPrefix}/`) ? answerControl(routes, call) : wechat(call),
  );
  return {
    /** Where https://api.weixin.qq.com and https://qyapi.weixin.qq.com would be: no slash at the end. */
    url,
    port,
    control,
    /** At once, open connections too. Twice does no harm. */
    close: async () => {
      closing.abort();
      agenda.close();
      pushes.close();
      await close();
    },
  };
};

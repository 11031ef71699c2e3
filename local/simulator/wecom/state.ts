import type { Clock } from '../clock.ts';
import { ControlError, check } from '../control-error.ts';
import type { RandomText } from '../random-text.ts';
import { CallLimits } from './call-limits.ts';
import { WecomRefusal } from './errors.ts';
import { GroupMessage } from './group-message.ts';
import { GroupMessageBook } from './group-message-book.ts';
import { Members } from './members.ts';
import type { GroupMessageScript } from './script-schema.ts';
import { type App, type Corp, type CorpSettings, corpSchema, type Limits } from './settings.ts';
import { WecomTokens } from './tokens.ts';
import { WrongSecrets } from './wrong-secrets.ts';

/** The first app of a corp is numbered so by the console. */
const firstAgentid = 1_000_002;

interface KnownCorp extends Omit<Corp, 'apps' | 'members'> {
  readonly apps: ReadonlyMap<number, App>;
  readonly members: Members;
}

/** Everything that WeCom remembers about corps; of their customers and deliveries nothing, they follow from the settings. */
export class WecomState {
  readonly clock: Clock;
  readonly random: RandomText;
  readonly tokens: WecomTokens;
  readonly messages = new GroupMessageBook();
  readonly callLimits = new CallLimits();
  readonly wrongSecrets: WrongSecrets;
  readonly corps = new Map<string, KnownCorp>();
  /** By corp and API. */
  readonly underWay = new Map<string, number>();
  readonly #initial: readonly CorpSettings[];
  constructor(clock: Clock, random: RandomText, corps: readonly CorpSettings[]) {
    this.clock = clock;
    this.random = random;
    this.tokens = new WecomTokens(clock, random);
    this.wrongSecrets = new WrongSecrets(clock);
    this.#initial = corps;
    for (const settings of corps) this.put(settings);
  }

  /**
   * Adds the corp, or gives the one with this id other settings; its tokens and group messages stay.
   * @throws ControlError 400
   */
  put(settings: CorpSettings) {
    const corp = check(corpSchema, settings);
    const apps = new Map(corp.apps.map((app, index) => [app.agentid ?? firstAgentid + index, app]));
    if (apps.size < corp.apps.length) throw new ControlError(400, 'two apps have the same agentid');
    this.corps.set(corp.corpid, { ...corp, apps, members: new Members(corp.corpid, corp.members) });
  }

  setTrustedIps(corpid: string, addresses: readonly string[] | null) {
    const corp = this.corps.get(corpid);
    if (!corp) return;
    const apps = new Map([...corp.apps].map(([agentid, app]) => [agentid, { ...app, trusted_ips: addresses && [...addresses] }]));
    this.corps.set(corpid, { ...corp, apps });
  }

  setVisible(corpid: string, visible: App['visible']) {
    const corp = this.corps.get(corpid);
    if (corp) this.corps.set(corpid, { ...corp, apps: new Map([...corp.apps].map(([agentid, app]) => [agentid, { ...app, visible }])) });
  }

  /**
   * Counts one call of the corp.
   * @throws WecomRefusal 45009 when it goes over a limit, and as long as it is blocked for that
   */
  use(corpid: string, api: string, limits: Limits) {
    if (!this.callLimits.use(corpid, api, this.clock.time(), limits)) throw new WecomRefusal(45009);
  }

  /** @throws ControlError 400 or 409 */
  createGroupMessage(corp: KnownCorp, script: GroupMessageScript) {
    const msgid = script.msgid ?? `msg${this.random.opaque(29)}`;
    if (this.messages.get(msgid)) throw new ControlError(409, `there is a group message ${msgid} already`);
    const message = new GroupMessage({
      msgid,
      corpid: corp.corpid,
      sequence: this.messages.size,
      createdAt: this.clock.time() - script.age_seconds * 1000,
      members: corp.members,
      tasks: tasksOf(corp, script),
      recipientsPerMember:
        script.recipients_per_member ?? (script.chat_type === 'single' ? corp.customers_per_member : corp.groups_per_member),
      script,
    });
    this.messages.add(message);
    return message;
  }

  reset() {
    this.tokens.clear();
    this.messages.clear();
    this.callLimits.clear();
    this.wrongSecrets.clear();
    this.corps.clear();
    for (const settings of this.#initial) this.put(settings);
  }
}

const tasksOf = ({ corpid, members }: KnownCorp, { create_type, creator, members: wanted }: GroupMessageScript) => {
  const listed = wanted ?? (create_type === 1 && creator !== undefined ? [creator] : members.count);
  if (typeof listed === 'number') {
    if (listed > members.count) throw new ControlError(400, `corp "${corpid}" has ${members.count} members`);
    return listed;
  }
  return [...new Set(listed)].map((userid) => {
    const index = members.indexOf(userid);
    if (index === undefined) throw new ControlError(400, `corp "${corpid}" has no member "${userid}"`);
    return index;
  });
};

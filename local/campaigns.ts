import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { demoCorpAccount } from './demo-corp.ts';
import { LocalFailure } from './failure.ts';
import type { Simulator } from './simulator/simulator.ts';

const hour = 3600;
/**
 * The messages of the demo: how long ago they were created, how many members have pressed send since, every so many seconds one, and
 * what came of it. The others wait to be told: nothing changes while somebody watches a second sync write nothing.
 */
const plan = [
  { name: 'members-day', text: 'Members day', age: hour, pressing: 18, every: 120, outcomes: { not_friend: 0.02, limit_reached: 0.06 } },
  {
    name: 'new-in-store',
    text: 'New in store',
    age: 6 * hour,
    pressing: 31,
    every: 480,
    outcomes: { not_friend: 0.04, limit_reached: 0.02 },
  },
  {
    name: 'spring-offer',
    text: 'Spring offer',
    age: 20 * hour,
    pressing: 40,
    every: 900,
    outcomes: { not_friend: 0.06, limit_reached: 0.04 },
  },
] as const;

/** Who has pressed send, by userid how many seconds after the message was created. `created` counts seconds since 1970. */
const kept = z.object({ name: z.string(), created: z.int(), pressed: z.record(z.string(), z.int()) });
type Kept = z.infer<typeof kept>;

const create = ({ control }: Simulator, { name, created, pressed }: Kept, now: Date): void => {
  const planned = plan.find((one) => one.name === name);
  if (!planned) return;
  // WeCom tells whole seconds. In the middle of one, the moment that passes until the simulator looks at its clock is not seen.
  const age_seconds = now.getTime() / 1000 - created - 0.5;
  const { text, outcomes } = planned;
  // With its time, so that it is new also to the records of earlier starts.
  const { corpid } = demoCorpAccount;
  control.createGroupMessage({
    corpid,
    msgid: `${name}-${created}`,
    text,
    age_seconds,
    outcomes,
    sending: { share: 0, by_member: pressed },
  });
};

/** Messages that nobody knows yet. */
export const createCampaigns = (simulator: Simulator, now: Date): void => {
  for (const { name, age, pressing, every } of plan) {
    const userids = Array.from({ length: pressing }, (_, index) => `member-${String(index + 1).padStart(5, '0')}`);
    const pressed = Object.fromEntries(userids.map((userid, index) => [userid, (index + 1) * every]));
    create(simulator, { name, created: Math.floor(now.getTime() / 1000) - age, pressed }, now);
  }
};

const fileIn = (folder: string) => join(folder, 'campaigns.json');

/** The records stay for the next start, and WeCom does not forget either what they are records of. */
export const keepCampaigns = ({ control }: Simulator, folder: string): void => {
  const all = control.listGroupMessages().flatMap(({ msgid }): Kept[] => {
    const [, name = '', created] = /^(.*)-(\d+)$/.exec(msgid) ?? [];
    if (!plan.some((one) => one.name === name)) return [];
    const times = control
      .groupMessageTasks(msgid)
      .flatMap(({ userid, send_time }) => (send_time === null ? [] : [[userid, send_time - Number(created)] as const]));
    return [{ name, created: Number(created), pressed: Object.fromEntries(times) }];
  });
  if (all.length > 0) writeFileSync(fileIn(folder), `${JSON.stringify(all, undefined, 2)}\n`, { mode: 0o600 });
};

/** Creates again what `keepCampaigns` has kept. @throws {LocalFailure} when it cannot be read */
export const restoreCampaigns = (simulator: Simulator, folder: string, now: Date): void => {
  if (!existsSync(fileIn(folder))) return;
  try {
    for (const campaign of z.array(kept).parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')))) create(simulator, campaign, now);
  } catch (cause) {
    throw new LocalFailure(`${fileIn(folder)} cannot be read; npm start -- --reset begins anew.`, { cause });
  }
};

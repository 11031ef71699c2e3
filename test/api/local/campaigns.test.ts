import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCampaigns, keepCampaigns, restoreCampaigns } from '../../../local/campaigns.ts';
import { demoCorp, demoSize } from '../../../local/demo-corp.ts';
import { type Simulator, startSimulator } from '../../../local/simulator/simulator.ts';

// A little past a second: WeCom tells whole ones.
const firstStart = new Date('2026-03-02T08:00:00.940Z');
const nextStart = new Date('2026-03-03T09:30:00.120Z');

let folder: string;
const simulators: Simulator[] = [];
/** @param late how long it takes until the simulator looks at its clock, in milliseconds */
const open = async (at: Date, late = 3) => {
  const simulator = await startSimulator({ now: () => new Date(at.getTime() + late), corps: [demoCorp] });
  simulators.push(simulator);
  return simulator;
};
/** All that WeCom tells of them. */
const told = ({ control }: Simulator) =>
  control.listGroupMessages().map(({ msgid, created_at }) => ({
    msgid,
    created_at: created_at.slice(0, 19),
    tasks: control.groupMessageTasks(msgid),
    deliveries: [...control.groupMessageDeliveries(msgid)],
  }));
const truths = ({ control }: Simulator) => control.listGroupMessages().map(({ msgid }) => control.groupMessageTruth(msgid));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-campaigns-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const simulator of simulators.splice(0)) await simulator.close();
});

describe('the group messages of npm start', () => {
  it('are of the size that is promised, and every status of a delivery is among them', async () => {
    const simulator = await open(firstStart);
    createCampaigns(simulator, firstStart);
    const all = truths(simulator);
    const sum = (of: (truth: (typeof all)[number]) => number) => all.reduce((total, truth) => total + of(truth), 0);
    expect(all.map(({ members }) => members.all)).toEqual(Array.from({ length: demoSize.messages }, () => demoSize.members));
    expect(sum(({ deliveries }) => deliveries.listed)).toBe(demoSize.deliveries);
    for (const status of ['pending', 'sent', 'not_friend', 'limit_reached'] as const)
      expect(
        sum(({ deliveries }) => deliveries[status]),
        status,
      ).toBeGreaterThan(0);
    expect(sum(({ members }) => members.pending)).toBeGreaterThan(3);
    const times = all.flatMap(({ msgid }) => simulator.control.groupMessageTasks(msgid).map(({ send_time }) => send_time));
    expect(new Set(times).size).toBeGreaterThan(80);
  });

  it.each([
    ['a moment later', 450],
    ['at once, by a clock that was set back a little', -20],
  ])('are at the next start what they were, second by second, with what was pressed by hand, created again %s', async (_, late) => {
    const before = await open(firstStart);
    createCampaigns(before, firstStart);
    const [{ msgid = '' } = {}] = before.control.listGroupMessages();
    before.control.pressSend(msgid, { count: 2 });
    keepCampaigns(before, folder);
    const after = await open(nextStart, late);
    restoreCampaigns(after, folder, nextStart);
    expect(told(after)).toEqual(told(before));
  });

  it('do not press send by themselves, so that a second sync finds nothing new', async () => {
    let now = firstStart;
    const simulator = await startSimulator({ now: () => now, corps: [demoCorp] });
    simulators.push(simulator);
    createCampaigns(simulator, now);
    const before = told(simulator);
    now = nextStart;
    expect(told(simulator)).toEqual(before);
  });

  it('are of the first start where nothing was kept, and of nobody else: what was made by hand is not', async () => {
    const simulator = await open(firstStart);
    restoreCampaigns(simulator, folder, firstStart);
    expect(told(simulator)).toEqual([]);
    simulator.control.createGroupMessage({ msgid: 'by-hand' });
    keepCampaigns(simulator, folder);
    const next = await open(nextStart);
    restoreCampaigns(next, folder, nextStart);
    expect(told(next)).toEqual([]);
  });

  it('are begun anew by --reset where what was kept cannot be read', async () => {
    writeFileSync(join(folder, 'campaigns.json'), '[{"name":');
    const simulator = await open(firstStart);
    expect(() => restoreCampaigns(simulator, folder, firstStart)).toThrow(
      /campaigns\.json cannot be read; npm start -- --reset begins anew/,
    );
  });
});

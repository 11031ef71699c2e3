import { describe, expect, it, vi } from 'vitest';
import { secondsAfter } from '../../../shared/domain/time.ts';
import { logger } from '../../../shared/logger.ts';
import type { Execution } from '../../../shared/tracking/executions.ts';
import { makeResumeStalled } from '../../../shared/tracking/resume-stalled.ts';
import { makeTakeStep } from '../../../shared/tracking/take-step.ts';
import { deletePath, deletingIn } from '../../support/deleting.ts';
import { patience } from '../../support/patience.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const deleting = deletingIn(world);
type Parts = Awaited<ReturnType<typeof deleting>>;

/** The table for a process that dies at its `n`th write. */
const dyingAt = (n: number, { messages }: Parts) => {
  let writes = 0;
  const dies = async () => {
    if (++writes >= n) throw new Error('killed');
  };
  return {
    get: messages.get.bind(messages),
    create: async (...row: Parameters<typeof messages.create>) => dies().then(() => messages.create(...row)),
    save: async (...row: Parameters<typeof messages.save>) => dies().then(() => messages.save(...row)),
  };
};

/** What the schedule and the executions make of it, until nothing more is due. */
const resumeToTheEnd = async (parts: Parts) => {
  for (let turns = 0; turns < 20; turns++) {
    const { next_step_at } = await parts.row();
    if (next_step_at === undefined) return;
    world.passUntil(secondsAfter(next_step_at, parts.schedule.stalled_after_s + 1).toISOString());
    const started: Execution[] = [];
    const executions = { start: async (execution: Execution) => void started.push(execution) };
    await makeResumeStalled({ ...parts, executions, now: world.now })(secondsAfter(world.now(), 60));
    await parts.follow(5);
  }
  throw new Error('something is still due');
};

describe('a process that dies', () => {
  it('before anything is written has done nothing', async () => {
    const parts = await deleting();
    await expect(parts.remove('all', { messages: dyingAt(1, parts) })).rejects.toThrow('killed');
    expect(parts.asked()).toBe(0);
    expect(await parts.deletions()).toEqual([]);
  });

  it('before a message that nobody registered has its record has done nothing', async () => {
    const parts = await deleting({}, { tracked: false });
    await expect(parts.remove('all', { messages: dyingAt(1, parts) })).rejects.toThrow('killed');
    expect(parts.asked()).toBe(0);
  });

  it.each([
    ['before it asks WeChat', false, 'not_deleted', 'sent'],
    ['after WeChat deleted', true, 'deleted', 'deleted'],
  ])('%s leaves a row that is due in a minute, and a look settles it', async (_when, deletes, outcome, state) => {
    const parts = await deleting();
    const died = new Promise<never>(() => {});
    const officialAccount: typeof parts.officialAccount = {
      ...parts.officialAccount,
      deleteMassMessage: async (input) => {
        if (deletes) await parts.officialAccount.deleteMassMessage(input);
        return died;
      },
    };
    void parts.remove('all', { officialAccount });
    await vi.waitFor(async () => {
      expect(await parts.deletions()).toEqual(['all pending']);
      expect(parts.asked()).toBe(deletes ? 1 : 0);
    }, patience);
    expect(await parts.row()).toMatchObject({ due: 'mass-message', deletion_look_at: (await parts.row()).next_step_at });
    await resumeToTheEnd(parts);
    expect(await parts.deletions()).toEqual([`all ${outcome}`]);
    expect((await parts.row()).state).toBe(state);
    expect(parts.asked()).toBe(deletes ? 1 : 0);
  });

  it('with what came of it: whoever asked is told, and a look settles the record', async () => {
    const failed = vi.spyOn(logger, 'error').mockReturnValue(undefined);
    const parts = await deleting();
    const answer = await parts.remove('all', { messages: dyingAt(2, parts) });
    expect(answer).toMatchObject({ done: true, deletion: { outcome: 'deleted' } });
    expect(answer.message).toBeUndefined();
    expect(failed).toHaveBeenCalledOnce();
    failed.mockRestore();
    expect(await parts.deletions()).toEqual(['all pending']);
    await resumeToTheEnd(parts);
    expect(await parts.deletions()).toEqual(['all deleted']);
    expect(parts.published.at(-1)?.detail).toMatchObject({ state: 'deleted' });
  });

  it('with a refusal: whoever asked is told of that, and not of the table', async () => {
    const failed = vi.spyOn(logger, 'error').mockReturnValue(undefined);
    const parts = await deleting();
    world.simulator().control.orderFault({ path: deletePath, fault: { kind: 'errcode', errcode: 45009 } });
    await expect(parts.remove('all', { messages: dyingAt(2, parts) })).rejects.toMatchObject({ errcode: 45009 });
    failed.mockRestore();
    await resumeToTheEnd(parts);
    expect(await parts.deletions()).toEqual(['all not_deleted']);
  });

  it('before an execution is started: the schedule starts one, and everybody is told', async () => {
    const parts = await deleting();
    await parts.remove('all', { executions: { start: async () => Promise.reject(new Error('killed')) } });
    expect(parts.published).toEqual([]);
    await resumeToTheEnd(parts);
    expect(parts.published.at(-1)?.detail).toMatchObject({ msg_id: parts.msg_id, state: 'deleted' });
  });

  it('in every step after that, for a day: the deletion is left as unknown, and nothing is due for ever', async () => {
    const parts = await deleting();
    world.simulator().control.orderFault({ path: deletePath, fault: { kind: 'cut' } });
    await expect(parts.remove('all')).rejects.toThrow('may have been deleted');
    const { messages, schedule } = parts;
    const executions = { start: async () => {} };
    for (let hour = 0; hour < 27; hour++) {
      world.pass(3900);
      await makeResumeStalled({ ...parts, messages, executions, schedule, now: world.now })(secondsAfter(world.now(), 60));
    }
    expect((await parts.row()).deletions).toMatchObject([{ outcome: 'unknown', settled_at: expect.any(String) }]);
    const looked = parts.looked();
    await expect(parts.follow()).resolves.toMatchObject({ settled: true });
    expect(parts.looked()).toBe(looked);
    expect(await parts.row()).not.toHaveProperty('next_step_at');
  });
});

describe('two writers of one row', () => {
  it('a push between the record and the answer: both are kept', async () => {
    const parts = await deleting();
    const officialAccount: typeof parts.officialAccount = {
      ...parts.officialAccount,
      deleteMassMessage: async (input) => {
        const current = await parts.row();
        await parts.messages.save({ ...current, label: 'pushed meanwhile', rev: current.rev + 1 });
        return parts.officialAccount.deleteMassMessage(input);
      },
    };
    await parts.remove('all', { officialAccount });
    expect(await parts.row()).toMatchObject({ label: 'pushed meanwhile', state: 'deleted' });
    expect(await parts.deletions()).toEqual(['all deleted']);
  });

  it('a look that began before the deletion says nothing of it', async () => {
    const parts = await deleting();
    world.simulator().control.orderFault({ path: deletePath, fault: { kind: 'cut' } });
    await expect(parts.remove(1)).rejects.toThrow('may have been deleted');
    world.pass(60);
    const look: typeof parts.look = async (...message) => {
      const seen = await parts.look(...message);
      void parts.remove('all', { tokens: { withToken: () => new Promise<never>(() => {}) } });
      await vi.waitFor(async () => expect(await parts.deletions()).toEqual(['1 unknown', 'all pending']), patience);
      return seen;
    };
    const execution = { account_id: parts.account_id, msg_id: parts.msg_id, attempt: 2 };
    await expect(makeTakeStep({ ...parts, look })(execution, secondsAfter(world.now(), 50))).resolves.toMatchObject({ wait_seconds: 60 });
    expect(await parts.deletions()).toEqual(['1 unknown', 'all pending']);
  });

  it('an execution of an older attempt leaves the row to the one that the deletion started', async () => {
    const parts = await deleting({ sending_seconds: 3600 }, { tracked: false });
    await expect(parts.remove('all')).rejects.toMatchObject({ errcode: 40065 });
    await expect(parts.takeStep(parts.msg_id, 1)).resolves.toMatchObject({ settled: true });
    expect(parts.looked()).toBe(0);
    await expect(parts.takeStep(parts.msg_id, 2)).resolves.toMatchObject({ settled: false });
  });

  it('a step that comes while WeChat is being asked leaves the deletion alone, and comes again', async () => {
    const parts = await deleting();
    void parts.remove('all', { tokens: { withToken: () => new Promise<never>(() => {}) } });
    await vi.waitFor(async () => expect(await parts.deletions()).toEqual(['all pending']), patience);
    await expect(parts.follow()).resolves.toMatchObject({ settled: false, wait_seconds: 60 });
    expect(parts.looked()).toBe(0);
    expect(await parts.deletions()).toEqual(['all pending']);
  });
});

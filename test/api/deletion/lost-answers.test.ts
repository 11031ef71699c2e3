import { expect, it } from 'vitest';
import { DeletionOutcomeUnknownError } from '../../../shared/deletion/errors.ts';
import { presentMassMessage } from '../../../shared/http/present-mass-message.ts';
import { deletePath, deletingIn } from '../../support/deleting.ts';
import { patience } from '../../support/patience.ts';
import { useWorld } from '../../support/world.ts';

const world = useWorld();
const deleting = deletingIn(world);
const fault = (order: object) => world.simulator().control.orderFault({ path: deletePath, ...order } as never);

const lost = [
  ['cut', { kind: 'cut' }],
  ['silent', { kind: 'silence' }],
  ['HTML', { kind: 'html' }],
] as const;

it.each(lost)('an answer that was lost (%s) after WeChat deleted: the next look tells', async (_how, kind) => {
  const { remove, deletions, follow, row, asked, msg_id, impatient } = await deleting();
  fault({ fault: { ...kind, after_effect: true } });
  const error = await remove('all', { officialAccount: impatient }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DeletionOutcomeUnknownError);
  await expect.poll(() => world.simulator().control.truth(msg_id), patience).toBe('deleted');
  expect(asked()).toBe(1);
  expect(await deletions()).toEqual(['all unknown']);
  await expect(follow()).resolves.toMatchObject({ settled: true });
  expect(await deletions()).toEqual(['all deleted']);
  expect(await row()).toMatchObject({ state: 'deleted', basis: 'observed' });
  expect(await row()).not.toHaveProperty('next_step_at');
  await expect(remove('all')).resolves.toMatchObject({ done: true });
  expect(asked()).toBe(1);
});

it.each(lost)(
  'an answer that was lost (%s) before WeChat deleted: a look a minute later tells, and not one at once, which could be too early',
  async (_how, kind) => {
    const { remove, deletions, follow, row, looked, impatient } = await deleting();
    fault({ fault: kind });
    await expect(remove('all', { officialAccount: impatient })).rejects.toThrow(DeletionOutcomeUnknownError);
    await expect(follow()).resolves.toMatchObject({ settled: false, wait_seconds: 60 });
    expect(await deletions()).toEqual(['all unknown']);
    world.pass(60);
    await expect(follow()).resolves.toMatchObject({ settled: true });
    expect(await deletions()).toEqual(['all not_deleted']);
    expect(looked()).toBe(2);
    expect(await row()).toMatchObject({ state: 'sent' });
    expect(await row()).not.toHaveProperty('next_step_at');
  },
);

it('what became of one article of several stays unknown: the status of the message does not show it', async () => {
  const { remove, deletions, follow, row } = await deleting();
  fault({ fault: { kind: 'cut', after_effect: true } });
  await expect(remove(2)).rejects.toThrow(DeletionOutcomeUnknownError);
  await follow(2);
  expect(await deletions()).toEqual(['2 unknown']);
  expect((await row()).deletions[0]).toHaveProperty('settled_at');
  expect(await row()).not.toHaveProperty('next_step_at');
});

it('what became of the only article there is told by the message', async () => {
  const { remove, deletions, follow, row, messages, urls } = await deleting({ articles: 1 });
  const before = await row();
  await messages.save({ ...before, articles: [{ article_idx: 1, url: String(urls[0]) }], rev: before.rev + 1 });
  fault({ fault: { kind: 'cut' } });
  await expect(remove(1)).rejects.toThrow(DeletionOutcomeUnknownError);
  await follow(2);
  expect(await deletions()).toEqual(['1 not_deleted']);
});

it('with a WeChat that cannot be asked for a day, it is looked at ever more seldom, and left as unknown', async () => {
  const { remove, deletions, follow, row } = await deleting();
  world.simulator().control.orderFault({ path: '/cgi-bin/message/mass/', times: null, fault: { kind: 'http', status: 502, body: '' } });
  await expect(remove('all')).rejects.toThrow(DeletionOutcomeUnknownError);
  const waits: number[] = [];
  for (let step = await follow(); step?.settled === false; step = await follow()) {
    waits.push(step.wait_seconds);
    world.pass(step.wait_seconds);
  }
  world.simulator().control.clearFaults();
  expect(waits[0]).toBe(60);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(Math.max(...waits)).toBe(3600);
  expect(waits.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(86_400);
  expect(waits.length).toBeLessThan(40);
  expect(await deletions()).toEqual(['all unknown']);
  expect(await row()).not.toHaveProperty('next_step_at');
});

it('asking again is answered from the record while that is looked into, and calls WeChat once it is settled', async () => {
  const { remove, deletions, asked, follow } = await deleting();
  fault({ fault: { kind: 'cut' } });
  await expect(remove('all')).rejects.toMatchObject({ hint: expect.stringContaining('202') });
  for (const target of ['all', 1] as const)
    await expect(remove(target)).resolves.toMatchObject({ done: false, deletion: { outcome: 'unknown' } });
  expect(asked()).toBe(1);
  await follow(2);
  await expect(remove('all')).resolves.toMatchObject({ done: true });
  expect(asked()).toBe(2);
  expect(await deletions()).toEqual(['all not_deleted', 'all deleted']);
});

it('while it is looked into, the record says that something is still expected, and when', async () => {
  const { remove, row, follow } = await deleting();
  fault({ fault: { kind: 'cut' } });
  await expect(remove('all')).rejects.toThrow(DeletionOutcomeUnknownError);
  expect(presentMassMessage(await row())).toMatchObject({ state: 'sent', settled: false, next_step_at: world.now().toISOString() });
  await follow(2);
  expect(presentMassMessage(await row())).toMatchObject({ state: 'sent', settled: true });
});

it('what can no longer be learned may be gone: a refusal of the second call says so', async () => {
  const { remove, follow } = await deleting();
  fault({ fault: { kind: 'errcode', errcode: 40065 } });
  await expect(remove(2)).rejects.toMatchObject({ hint: expect.not.stringContaining('gone') });
  fault({ fault: { kind: 'cut', after_effect: true } });
  await expect(remove(2)).rejects.toThrow(DeletionOutcomeUnknownError);
  await follow(2);
  fault({ fault: { kind: 'errcode', errcode: 40065 } });
  await expect(remove(2)).rejects.toMatchObject({ errcode: 40065, httpStatus: 409, hint: expect.stringContaining('may be gone already') });
});

import type { Context } from 'aws-lambda';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { deadlineOf } from '../../shared/deadline.ts';
import { eventHandler } from '../../shared/event-handler.ts';

const context = { getRemainingTimeInMillis: () => 10_000, awsRequestId: 'r', functionName: 'f' } as Context;
const now = new Date('2026-03-02T08:00:00.000Z');

it('leaves half a second of what Lambda gives for the answer', () => {
  expect(deadlineOf(context, now)).toEqual(new Date(now.getTime() + 9500));
});

it('does not run on an event of another shape, and fails, for whoever invoked it to see', async () => {
  const ran: unknown[] = [];
  const handler = eventHandler(z.strictObject({ account_id: z.string() }), async (event) => ran.push(event));
  await expect(handler({ account_id: 1 }, context)).rejects.toThrow('unexpected event');
  await expect(handler({ account_id: 'oa', extra: true }, context)).rejects.toThrow('unexpected event');
  expect(ran).toEqual([]);
  await expect(handler({ account_id: 'oa' }, context)).resolves.toBe(1);
});

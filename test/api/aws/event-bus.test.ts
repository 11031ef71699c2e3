import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { expect, it } from 'vitest';
import { EventBridgeBus } from '../../../shared/events/event-bus.ts';
import type { Event } from '../../../shared/events/events.ts';
import { AwsFault, useAws } from '../../support/aws-stub.ts';

interface Input {
  readonly Entries: readonly { readonly Detail: string; readonly Time: number }[];
}
const accepted = ({ Entries }: Input) => ({ FailedEntryCount: 0, Entries: Entries.map((_, n) => ({ EventId: `e-${n}` })) });
const aws = useAws({ 'AWSEvents.PutEvents': accepted });
const bus = () => new EventBridgeBus('waybill-test', new EventBridgeClient(aws.config()));

const event = (number: number): Event => ({
  type: 'mass_message.state_changed',
  at: '2026-03-02T08:00:00.123Z',
  detail: {
    version: 1,
    id: `oa-main/9007199254740993/${number}`,
    account_id: 'oa-main',
    msg_id: '9007199254740993',
    number,
    state: 'sent',
    basis: 'observed',
    settled: true,
    at: '2026-03-02T08:00:00.123Z',
  },
});
const events = (count: number) => Array.from({ length: count }, (_, number) => event(number));
const inputs = () => aws.requests.map(({ input }) => input as unknown as Input);

it('puts an event on the bus it was given, under its own name and time, as JSON', async () => {
  await bus().publish([event(7)]);
  const [input] = inputs();
  expect(input).toEqual({
    Entries: [
      {
        EventBusName: 'waybill-test',
        Source: 'waybill',
        DetailType: 'mass_message.state_changed',
        Detail: expect.any(String),
        Time: Date.parse('2026-03-02T08:00:00.123Z') / 1000,
      },
    ],
  });
  expect(JSON.parse(input?.Entries[0]?.Detail ?? '')).toEqual(event(7).detail);
});

it.each([
  [0, []],
  [1, [1]],
  [10, [10]],
  [11, [10, 1]],
  [25, [10, 10, 5]],
])('asks for at most ten at a time, each once and in order: %i', async (count, calls) => {
  await bus().publish(events(count));
  expect(inputs().map(({ Entries }) => Entries.length)).toEqual(calls);
  const published = inputs().flatMap(({ Entries }) => Entries.map(({ Detail }) => JSON.parse(Detail).number));
  expect(published).toEqual(events(count).map((_, number) => number));
});

it('fails, naming how many and why, when the bus takes only some of the events', async () => {
  const some = () => ({
    FailedEntryCount: 2,
    Entries: [
      { EventId: 'e-0' },
      { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' },
      { ErrorCode: 'InternalFailure', ErrorMessage: 'ours' },
    ],
  });
  aws.answers({ 'AWSEvents.PutEvents': some });
  await expect(bus().publish(events(3))).rejects.toThrow(/2 of 3 .*ThrottlingException.*InternalFailure/);
});

it('fails, and goes no further, when a later call is refused', async () => {
  const second = (input: Input) => {
    if (aws.requests.length === 2) throw new AwsFault('InternalException', 'the bus is down', 500);
    return accepted(input);
  };
  aws.answers({ 'AWSEvents.PutEvents': second });
  await expect(bus().publish(events(25))).rejects.toMatchObject({ name: 'InternalException' });
  expect(aws.requests).toHaveLength(2);
});

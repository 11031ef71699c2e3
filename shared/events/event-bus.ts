import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { clientDefaults } from '../aws-client.ts';
import type { Event } from './events.ts';

/** What whoever has something to tell depends on. */
export interface EventBus {
  /** @throws when not every event was accepted; publishing all of them again is then right */
  publish(events: readonly Event[]): Promise<void>;
}

// PutEvents takes at most 10 entries: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
const entriesPerCall = 10;

export class EventBridgeBus implements EventBus {
  readonly #name: string;
  readonly #client: EventBridgeClient;
  constructor(name: string, client: EventBridgeClient = new EventBridgeClient(clientDefaults)) {
    this.#name = name;
    this.#client = client;
  }

  async publish(events: readonly Event[]): Promise<void> {
    for (let first = 0; first < events.length; first += entriesPerCall) {
      const Entries = events.slice(first, first + entriesPerCall).map(({ type, detail, at }) => ({
        EventBusName: this.#name,
        Source: 'waybill',
        DetailType: type,
        Detail: JSON.stringify(detail),
        Time: new Date(at),
      }));
      const answer = await this.#client.send(new PutEventsCommand({ Entries }));
      if (answer.FailedEntryCount) {
        const codes = answer.Entries?.flatMap(({ ErrorCode }) => ErrorCode ?? []).join(', ');
        throw new Error(`the bus did not accept ${answer.FailedEntryCount} of ${Entries.length} events: ${codes}`);
      }
    }
  }
}

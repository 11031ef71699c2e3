import type { EventBus } from '../../shared/events/event-bus.ts';
import { type Event, eventSchemas } from '../../shared/events/events.ts';

/** Keeps what was published, and holds every event to its published schema. `failures` publications fail first. */
export const recordingBus = ({ failures = 0 } = {}) => {
  const published: Event[] = [];
  let left = failures;
  const bus: EventBus = {
    async publish(events) {
      if (left-- > 0) throw new Error('the bus is down');
      for (const { type, detail } of events) eventSchemas[type].parse(detail);
      published.push(...events);
    },
  };
  return { bus, published };
};

import type { DynamicSamplingContext } from './protocol/dynamic-sampling-context.js';
import type { ErrorEvent } from './protocol/error-event.js';
import { toJson } from './protocol/json.js';
import { SDK } from './sdk-info.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';

/** Throws for what JSON cannot hold. */
export function errorEnvelope(error: ErrorEvent, trace: DynamicSamplingContext): OutgoingEnvelope {
  return {
    envelope: {
      headers: { event_id: error.event_id, sdk: SDK, trace },
      items: [{ headers: { type: 'event' }, payload: toJson(error) }],
    },
    category: 'error',
    quantities: [{ category: 'error', quantity: 1 }],
  };
}

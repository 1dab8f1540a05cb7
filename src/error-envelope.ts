import type { DynamicSamplingContext } from './protocol/dynamic-sampling-context.js';
import { guard } from './otel/diagnostics.js';
import type { ErrorEvent } from './protocol/error-event.js';
import { toJson } from './protocol/json.js';
import type { LossCounter } from './protocol/loss-counter.js';
import { SDK } from './sdk-info.js';
import type { OutgoingEnvelope } from './transport/outgoing-envelope.js';

/** An envelope for each error. What cannot be written is counted. */
export function errorEnvelopes(
  errors: readonly ErrorEvent[],
  trace: DynamicSamplingContext,
  losses: LossCounter,
): OutgoingEnvelope[] {
  return errors.flatMap(error => {
    const envelope = guard('serialising an error', undefined, () => errorEnvelope(error, trace));
    if (envelope === undefined) losses.add('callback_error', 'error');
    return envelope ?? [];
  });
}

/** Throws for what JSON cannot hold. */
function errorEnvelope(error: ErrorEvent, trace: DynamicSamplingContext): OutgoingEnvelope {
  return {
    envelope: {
      headers: { event_id: error.event_id, sdk: SDK, trace },
      items: [{ headers: { type: 'event' }, payload: toJson(error) }],
    },
    category: 'error',
    quantities: [{ category: 'error', quantity: 1 }],
  };
}

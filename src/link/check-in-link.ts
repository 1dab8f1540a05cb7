import { activeTrace, traceContextOf } from './active-trace.js';
import { itemsOf } from './sdk-envelope.js';
import type { SamplingContexts } from './sampling-context.js';
import type { SdkClient } from './sdk-client.js';
import { recordOf, type UnknownRecord } from './unknown-record.js';

/** Puts a check-in on the trace of the span in which it is captured: its envelope is made right there. */
export function linkCheckIn(envelope: UnknownRecord, contexts: SamplingContexts, client: SdkClient): void {
  for (const checkIn of itemsOf(envelope, 'check_in')) {
    const active = activeTrace();
    const { publicKey } = client;
    if (active === undefined || publicKey === undefined) return;
    checkIn['contexts'] = { ...recordOf(checkIn['contexts']), trace: traceContextOf(active) };
    recordOf(envelope[0])['trace'] = contexts.of(active, publicKey);
  }
}

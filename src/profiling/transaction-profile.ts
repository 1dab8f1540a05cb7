import type { TransactionProfile } from '../protocol/profile.js';
import type { TransactionEvent } from '../protocol/transaction.js';
import { debugImages } from './debug-images.js';
import { machine } from './machine.js';
import { content, threadMetadata, type ProfilingTools } from './profiling-tools.js';
import type { SampledProfile } from './sampled-profile.js';
import { usageSeries } from './usage-series.js';

interface Extent {
  readonly threadId: string;
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly fromEpochMillis: number;
}

/** https://develop.sentry.dev/sdk/telemetry/profiles/sample-format-v1/ */
export function toTransactionProfile(
  sampled: SampledProfile,
  { threadId, fromMicros, toMicros, fromEpochMillis }: Extent,
  event: TransactionEvent,
  { newId, labels, meter }: ProfilingTools,
): TransactionProfile {
  const elapsed = (micros: number): string => String(Math.round((micros - fromMicros) * 1000));
  return {
    version: '1',
    event_id: newId(),
    platform: 'node',
    timestamp: new Date(fromEpochMillis).toISOString(),
    release: event.release ?? '',
    environment: event.environment,
    ...(event.dist !== undefined && { dist: event.dist }),
    ...machine(),
    debug_meta: { images: debugImages(sampled.frames) },
    transaction: {
      id: event.event_id,
      name: event.transaction,
      trace_id: event.contexts.trace.trace_id,
      active_thread_id: threadId,
    },
    measurements: usageSeries(meter.between(fromMicros, toMicros), micros => ({
      elapsed_since_start_ns: elapsed(micros),
    })),
    profile: {
      samples: sampled.samples.map(({ micros, stackId, threadId: thread_id }) => ({
        stack_id: stackId,
        thread_id,
        elapsed_since_start_ns: elapsed(micros),
      })),
      ...content(sampled),
      thread_metadata: threadMetadata(sampled, labels),
    },
  };
}

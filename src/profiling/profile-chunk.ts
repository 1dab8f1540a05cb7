import type { Resource } from '../otel/types.js';
import type { ProfileChunk } from '../protocol/profile.js';
import { SDK } from '../sdk-info.js';
import { debugImages } from './debug-images.js';
import { content, threadMetadata, type ProfilingTools } from './profiling-tools.js';
import type { SampledProfile } from './sampled-profile.js';
import { usageSeries } from './usage-series.js';

interface ChunkFacts {
  readonly profilerId: string;
  readonly resource: Resource | undefined;
  readonly fromMicros: number;
  readonly toMicros: number;
  /** From the clock of the recorder to the time of day, in seconds. */
  readonly epochSecondsOf: (micros: number) => number;
}

/** https://develop.sentry.dev/sdk/telemetry/profiles/sample-format-v2/ */
export function toProfileChunk(
  sampled: SampledProfile,
  facts: ChunkFacts,
  tools: ProfilingTools,
): ProfileChunk {
  const { newId, labels, meter, host } = tools;
  const { profilerId, fromMicros, toMicros, epochSecondsOf } = facts;
  const { release, environment } = host.identify(facts.resource);
  return {
    version: '2',
    platform: 'node',
    chunk_id: newId(),
    profiler_id: profilerId,
    client_sdk: { ...SDK },
    release: release ?? '',
    environment,
    ...(host.dist !== undefined && release !== undefined && { dist: host.dist }),
    debug_meta: { images: debugImages(sampled.frames) },
    measurements: usageSeries(meter.between(fromMicros, toMicros), micros => ({
      timestamp: epochSecondsOf(micros),
    })),
    profile: {
      samples: sampled.samples.map(({ micros, stackId, threadId }) => ({
        timestamp: epochSecondsOf(micros),
        stack_id: stackId,
        thread_id: threadId,
      })),
      ...content(sampled),
      thread_metadata: threadMetadata(sampled, labels),
    },
  };
}

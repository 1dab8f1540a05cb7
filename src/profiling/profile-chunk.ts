import type { Resource } from '../otel/types.js';
import type { ProfileChunk } from '../protocol/profile.js';
import { SDK } from '../sdk-info.js';
import { debugImages } from './debug-images.js';
import { content, threadMetadata, type ProfilingTools } from './profiling-tools.js';
import type { SampledProfile } from './sampled-profile.js';
import type { UsagePoint } from './usage-meter.js';

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
    measurements: measurements(meter.between(fromMicros, toMicros), epochSecondsOf),
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

function measurements(
  points: readonly UsagePoint[],
  epochSecondsOf: (micros: number) => number,
): ProfileChunk['measurements'] {
  if (points.length === 0) return {};
  const series = (valueOf: (point: UsagePoint) => number) =>
    points.map(point => ({ timestamp: epochSecondsOf(point.micros), value: valueOf(point) }));
  return {
    cpu_usage: { unit: 'percent', values: series(({ cpuPercent }) => cpuPercent) },
    memory_footprint: { unit: 'byte', values: series(({ heapBytes }) => heapBytes) },
  };
}

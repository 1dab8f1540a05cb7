import type { ProfileHost } from '../profile-source.js';
import type { WritableSpan } from '../otel/types.js';
import type { Thread } from './current-thread.js';
import type { Recorder } from './recorder.js';
import type { SampledProfile } from './sampled-profile.js';
import type { ThreadLabels } from './threads/thread-labels.js';
import type { UsageMeter } from './usage-meter.js';

/** What both ways of profiling work with. */
export interface ProfilingTools {
  readonly host: ProfileHost;
  readonly recorder: Recorder;
  readonly labels: ThreadLabels;
  readonly meter: UsageMeter;
  /** This thread. */
  readonly thread: Thread;
  readonly maxDepth: number;
  readonly newId: () => string;
}

/** Says on a span which thread of a profile it belongs to; what the application says itself stays. */
export function markThread(span: WritableSpan, { id, name }: Thread): void {
  if (span.attributes['thread.id'] !== undefined) return;
  span.setAttribute('thread.id', id);
  span.setAttribute('thread.name', name);
}

/** Names of the threads in a profile. */
export function threadMetadata(
  { samples }: SampledProfile,
  labels: ThreadLabels,
): Record<string, { name: string }> {
  const ids = new Set(samples.map(({ threadId }) => threadId));
  return Object.fromEntries([...ids].map(id => [id, { name: labels.nameOf(id) }]));
}

/** Stacks and frames of a profile, to be written as JSON. */
export function content({ stacks, frames }: SampledProfile) {
  return { stacks: stacks.map(stack => [...stack]), frames: [...frames] };
}

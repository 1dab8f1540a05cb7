import type { ProfileFrame } from '../protocol/profile.js';
import { toFrame } from './frame.js';
import type { V8CallFrame, V8Node, V8Profile } from './v8-profile.js';

export interface Sample {
  /** On the clock of the recorder. */
  readonly micros: number;
  readonly stackId: number;
  readonly threadId: string;
}

/** Samples of one recording, each with its stack and thread. */
export interface SampledProfile {
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** Indices of frames, the innermost first; empty for an idle thread. */
  readonly stacks: readonly (readonly number[])[];
  readonly frames: readonly ProfileFrame[];
  /** Samples that were not idle, those included that were too few to be kept. */
  readonly busySamples: number;
}

export interface Conversion {
  /** Frames of a stack; the outermost are left out. */
  readonly maxDepth: number;
  /** Whether a sample is wanted; asked in order of time. */
  isWanted(micros: number): boolean;
  /** Which thread a busy sample belongs to. */
  threadAt(micros: number): string;
  /** Where idle samples go. */
  readonly idleThread: string;
}

/** Sentry leaves threads out that did less. https://github.com/getsentry/relay/tree/master/relay-profiling */
const MIN_BUSY_SAMPLES = 2;

const ROOT = '(root)';
const IDLE = '(idle)';

/** What V8 recorded, as far as it is wanted. Without samples when that is too little to be a profile. */
export function toSampledProfile(profile: V8Profile, conversion: Conversion): SampledProfile {
  const stacks = new StackTable(profile.nodes, conversion.maxDepth);
  const samples = timesOf(profile)
    .filter(({ micros }) => conversion.isWanted(micros))
    .map(({ micros, nodeId }): Sample => {
      const stackId = stacks.stackOf(nodeId);
      const threadId = stacks.isIdle(stackId) ? conversion.idleThread : conversion.threadAt(micros);
      return { micros, stackId, threadId };
    });
  const counts = busyCounts(samples, stacks);
  const isKept = ({ threadId }: Sample) => (counts.get(threadId) ?? 0) >= MIN_BUSY_SAMPLES;
  const busySamples = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { samples: samples.filter(isKept), stacks: stacks.stacks, frames: stacks.frames, busySamples };
}

function timesOf({
  startTime,
  samples = [],
  timeDeltas = [],
}: V8Profile): { micros: number; nodeId: number }[] {
  let micros = startTime;
  const times = samples.map((nodeId, index) => {
    micros += timeDeltas[index] ?? 0;
    return { micros, nodeId };
  });
  // V8 takes them in order, but does not promise to report them so.
  return times.sort((a, b) => a.micros - b.micros);
}

function busyCounts(samples: readonly Sample[], stacks: StackTable): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { stackId, threadId } of samples) {
    if (!stacks.isIdle(stackId)) counts.set(threadId, (counts.get(threadId) ?? 0) + 1);
  }
  return counts;
}

/** Stacks and frames by what they are, each once. */
class StackTable {
  readonly stacks: number[][] = [];
  readonly frames: ProfileFrame[] = [];
  readonly #maxDepth: number;
  readonly #nodes: ReadonlyMap<number, V8Node>;
  readonly #parents = new Map<number, number>();
  readonly #stackOfNode = new Map<number, number>();
  readonly #frameOfNode = new Map<number, number>();
  readonly #stackByKey = new Map<string, number>();
  readonly #frameByKey = new Map<string, number>();

  constructor(nodes: readonly V8Node[], maxDepth: number) {
    this.#maxDepth = maxDepth;
    this.#nodes = new Map(nodes.map(node => [node.id, node]));
    for (const { id, children = [] } of nodes) for (const child of children) this.#parents.set(child, id);
  }

  isIdle(stackId: number): boolean {
    return this.stacks[stackId]?.length === 0;
  }

  stackOf(nodeId: number): number {
    const known = this.#stackOfNode.get(nodeId);
    if (known !== undefined) return known;
    const frames = this.#framesBelow(nodeId);
    const stackId = remember(this.#stackByKey, frames.join(), this.stacks, () => frames);
    this.#stackOfNode.set(nodeId, stackId);
    return stackId;
  }

  #framesBelow(nodeId: number): number[] {
    const frames: number[] = [];
    let id: number | undefined = nodeId;
    while (id !== undefined && frames.length < this.#maxDepth) {
      const callFrame: V8CallFrame | undefined = this.#nodes.get(id)?.callFrame;
      if (callFrame === undefined || callFrame.functionName === IDLE) return [];
      if (callFrame.functionName === ROOT) break;
      frames.push(this.#frameOf(id, callFrame));
      id = this.#parents.get(id);
    }
    return frames;
  }

  #frameOf(nodeId: number, callFrame: V8CallFrame): number {
    const known = this.#frameOfNode.get(nodeId);
    if (known !== undefined) return known;
    const { functionName, url, lineNumber, columnNumber } = callFrame;
    const key = `${functionName}\n${url}\n${lineNumber}:${columnNumber}`;
    const frameId = remember(this.#frameByKey, key, this.frames, () => toFrame(callFrame));
    this.#frameOfNode.set(nodeId, frameId);
    return frameId;
  }
}

/** The index in `list` of what `key` stands for, after adding it if it is new. */
function remember<T>(index: Map<string, number>, key: string, list: T[], make: () => T): number {
  const known = index.get(key);
  if (known !== undefined) return known;
  const added = list.push(make()) - 1;
  index.set(key, added);
  return added;
}

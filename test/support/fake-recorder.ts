import type { Clock } from '../../src/clock.js';
import type { Recorder, Recording } from '../../src/profiling/recorder.js';
import type { V8CallFrame, V8Node, V8Profile } from '../../src/profiling/v8-profile.js';

/** What a thread is doing: names of functions, the innermost last; none while it is idle. */
export type Work = (millis: number) => readonly string[];

const SAMPLE_MICROS = 10_000;

/** Takes a sample every ten milliseconds of a clock that is moved by hand. */
export class FakeRecorder implements Recorder {
  work: Work = () => ['handle', 'burn'];
  hz: number | undefined;
  active = 0;
  started = 0;
  isClosed = false;
  /** What is recorded is lost. */
  fails = false;
  #clock: Clock | undefined;

  /** To be given to a profiler. */
  readonly open = (hz: number, clock: Clock): Recorder => {
    this.hz = hz;
    this.#clock = clock;
    return this;
  };

  nowMicros(): number {
    return (this.#clock?.monotonicMillis() ?? 0) * 1000;
  }

  start(): Recording {
    this.active++;
    this.started++;
    const startTime = this.nowMicros();
    let isLive = true;
    return {
      stop: () => {
        if (!isLive) return undefined;
        isLive = false;
        this.active--;
        if (this.fails) throw new Error('no profile today');
        return profileOf(startTime, this.nowMicros(), this.work);
      },
    };
  }

  close(): void {
    this.isClosed = true;
  }
}

/** Samples at the end of each interval. */
export function profileOf(startTime: number, endTime: number, work: Work): V8Profile {
  const tree = new Tree();
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  for (let micros = startTime + SAMPLE_MICROS; micros <= endTime; micros += SAMPLE_MICROS) {
    samples.push(tree.idOf(work(micros / 1000)));
    timeDeltas.push(SAMPLE_MICROS);
  }
  return { nodes: tree.nodes, startTime, samples, timeDeltas };
}

class Tree {
  readonly nodes: (V8Node & { children: number[] })[] = [];
  readonly #ids = new Map<string, number>();

  idOf(stack: readonly string[]): number {
    const path = ['(root)', ...(stack.length === 0 ? ['(idle)'] : stack)];
    let parent: number | undefined;
    for (let depth = 1; depth <= path.length; depth++) parent = this.#node(path.slice(0, depth), parent);
    return parent ?? 0;
  }

  #node(path: readonly string[], parent: number | undefined): number {
    const key = path.join('>');
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.nodes.length + 1;
    this.nodes.push({ id, callFrame: callFrameOf(path.at(-1) ?? ''), children: [] });
    this.#ids.set(key, id);
    if (parent !== undefined) this.nodes[parent - 1]?.children.push(id);
    return id;
  }
}

/** A function by this name, defined in a file of its own. */
function callFrameOf(functionName: string): V8CallFrame {
  if (functionName.startsWith('(')) return { functionName, url: '', lineNumber: -1, columnNumber: -1 };
  return { functionName, url: `file:///srv/app/${functionName}.mjs`, lineNumber: 2, columnNumber: 15 };
}

import process from 'node:process';
import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../clock.js';
import { guard } from '../otel/diagnostics.js';

const MIN_INTERVAL_MILLIS = 100;
/** Of one profile; Sentry draws no more. */
const MAX_POINTS = 300;

export interface Usage {
  /** Of all threads of the process. */
  readonly cpuMicros: number;
  readonly heapBytes: number;
}

export interface UsagePoint {
  /** On the clock of the recorder. */
  readonly micros: number;
  /** Of one core, since the point before. */
  readonly cpuPercent: number;
  readonly heapBytes: number;
}

/** Measures processor time and memory while somebody records. */
export class UsageMeter {
  readonly #clock: Clock;
  readonly #nowMicros: () => number;
  readonly #intervalMillis: number;
  readonly #read: () => Usage;
  #points: UsagePoint[] = [];
  #users = 0;
  #cancelTimer: (() => void) | undefined;

  /** @param spanMillis the longest profile there can be */
  constructor(clock: Clock, nowMicros: () => number, spanMillis: number, read: () => Usage = readUsage) {
    this.#clock = clock;
    this.#nowMicros = nowMicros;
    this.#intervalMillis = Math.max(MIN_INTERVAL_MILLIS, spanMillis / MAX_POINTS);
    this.#read = read;
  }

  begin(): void {
    if (this.#users++ === 0) this.#measureNext(this.#nowMicros(), this.#read());
  }

  end(): void {
    if (--this.#users === 0) this.#cancelTimer?.();
  }

  between(fromMicros: number, toMicros: number): UsagePoint[] {
    return this.#points.filter(({ micros }) => micros >= fromMicros && micros <= toMicros);
  }

  #measureNext(lastMicros: number, last: Usage): void {
    this.#cancelTimer = this.#clock.setTimer(
      () => guard('measuring usage', undefined, () => this.#measure(lastMicros, last)),
      this.#intervalMillis,
    );
  }

  #measure(lastMicros: number, last: Usage): void {
    const micros = this.#nowMicros();
    const usage = this.#read();
    const cpuPercent = ((usage.cpuMicros - last.cpuMicros) / (micros - lastMicros)) * 100;
    if (Number.isFinite(cpuPercent)) this.#keep({ micros, cpuPercent, heapBytes: usage.heapBytes });
    this.#measureNext(micros, usage);
  }

  #keep(point: UsagePoint): void {
    if (this.#points.push(point) > 2 * MAX_POINTS) this.#points = this.#points.slice(-MAX_POINTS);
  }
}

function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicros: user + system, heapBytes: getHeapStatistics().used_heap_size };
}

/** Times in which recording was wanted, in microseconds on the clock of the recorder. */
export interface RecordedWindow {
  readonly from: number;
  /** Infinite while it is open. */
  to: number;
}

/** There cannot be a sample in a shorter gap that would matter. */
const MIN_GAP_MICROS = 20_000;
const MAX_WINDOWS = 4096;

/** Remembers when recording was wanted: what lies outside is not sent, and what lies inside is linked. */
export class RecordedWindows {
  readonly #windows: RecordedWindow[] = [];

  get isOpen(): boolean {
    return this.#windows.at(-1)?.to === Infinity;
  }

  open(micros: number): void {
    const last = this.#windows.at(-1);
    if (last !== undefined && micros - last.to < MIN_GAP_MICROS) last.to = Infinity;
    else this.#windows.push({ from: micros, to: Infinity });
    if (this.#windows.length > MAX_WINDOWS) this.#windows.shift();
  }

  close(micros: number): void {
    const last = this.#windows.at(-1);
    if (last?.to === Infinity) last.to = micros;
  }

  overlaps(from: number, to: number): boolean {
    return this.#windows.some(window => window.from < to && window.to > from);
  }

  /** A check of instants that are asked for in order. */
  createCheck(): (micros: number) => boolean {
    let index = 0;
    return micros => {
      let window = this.#windows[index];
      while (window !== undefined && window.to < micros) window = this.#windows[++index];
      return window !== undefined && window.from <= micros;
    };
  }
}

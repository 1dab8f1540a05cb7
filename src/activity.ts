/** Names that are told apart; more are as good as any number. */
const MAX_URL_NAMES = 100;

/** What can be said of a span that was started some time ago and is still open. */
export interface OpenSpan {
  readonly name: string;
  readonly startedMillis: number;
}

/**
 * What has passed through the parts of one bridge, to tell later what is likely to be wrong with them. Counts, and
 * nothing that grows: it is written for every span.
 */
export class Activity {
  /** Times the propagator has read or written headers. */
  headers = 0;
  /** Roots the sampler was asked about, and those it let pass. */
  rootsDecided = 0;
  rootsSampled = 0;
  /** Sampled spans that have reached the processor. */
  rootsStarted = 0;
  childrenStarted = 0;
  spansEnded = 0;
  /** Roots that take requests: the caller may belong to the same trace. */
  requestRoots = 0;
  samplerError: string | undefined;
  readonly #urlNames = new Set<string>();
  #watched: OpenSpan | undefined;
  #watchedKey: object | undefined;

  get openSpans(): number {
    return this.rootsStarted + this.childrenStarted - this.spansEnded;
  }

  /** One of the spans that are open. One that never ends comes to be it sooner or later, and stays it. */
  get watched(): OpenSpan | undefined {
    return this.#watched;
  }

  /** Whether transactions have more names of the kind that has no bound than anybody could look at. */
  get hasTooManyNames(): boolean {
    return this.#urlNames.size >= MAX_URL_NAMES;
  }

  /** @param key what the end of the span is told with */
  started(key: object, name: string, monotonicMillis: () => number): void {
    if (this.#watchedKey !== undefined) return;
    this.#watchedKey = key;
    this.#watched = { name, startedMillis: monotonicMillis() };
  }

  ended(key: object): void {
    this.spansEnded++;
    if (key !== this.#watchedKey) return;
    this.#watchedKey = this.#watched = undefined;
  }

  named(name: string, source: string): void {
    if (source === 'url' && !this.hasTooManyNames) this.#urlNames.add(name);
  }
}

/** A CPU profile as V8 reports it. https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export interface V8Profile {
  readonly nodes: readonly V8Node[];
  /** Microseconds, on the clock of `process.hrtime()`. */
  readonly startTime: number;
  /** Ids of the innermost nodes. */
  readonly samples?: readonly number[] | undefined;
  /** Microseconds between samples; the first counts from `startTime`. */
  readonly timeDeltas?: readonly number[] | undefined;
}

export interface V8Node {
  readonly id: number;
  readonly callFrame: V8CallFrame;
  readonly children?: readonly number[] | undefined;
}

/** A function, by where it is defined. Line and column count from 0. */
export interface V8CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

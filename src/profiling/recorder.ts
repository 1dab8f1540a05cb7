import type { Clock } from '../clock.js';
import type { V8Profile } from './v8-profile.js';

/** Records what a thread does. */
export interface Recorder {
  /** Microseconds, on the clock of the samples. */
  nowMicros(): number;
  /** Costs next to nothing. */
  start(): Recording;
  /** Ends all recordings. */
  close(): void;
}

export interface Recording {
  /** Ends it. Undefined when V8 has recorded nothing, or when it was ended before. */
  stop(): V8Profile | undefined;
}

/** Opens the recorder of this thread, at a sampling rate. Throws where there can be none. */
export type OpenRecorder = (hz: number, clock: Clock) => Recorder;

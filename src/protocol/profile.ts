/**
 * JSON of CPU profiles, with Sentry's field names.
 * https://develop.sentry.dev/sdk/telemetry/profiles/sample-format-v1/
 * https://develop.sentry.dev/sdk/telemetry/profiles/sample-format-v2/
 */

/** A function on a stack. Line and column count from 1. */
export interface ProfileFrame {
  function: string;
  filename?: string;
  abs_path?: string;
  lineno?: number;
  colno?: number;
  in_app: boolean;
}

interface ProfileContent<Sample> {
  /** Oldest first. */
  samples: Sample[];
  /** Indices of frames, the innermost first; empty while the thread was idle. */
  stacks: number[][];
  frames: ProfileFrame[];
  thread_metadata: Record<string, { name: string }>;
}

/** Names the debug file a source map was uploaded with. */
export interface DebugImage {
  type: 'sourcemap';
  code_file: string;
  debug_id: string;
}

interface MeasurementSeries<Value> {
  unit: string;
  values: Value[];
}

interface ProfileCommon {
  platform: 'node';
  /** Empty when there is none: Sentry wants the field. */
  release: string;
  environment: string;
  dist?: string;
  debug_meta: { images: DebugImage[] };
}

/** The profile of one transaction, sent with it. */
export interface TransactionProfile extends ProfileCommon {
  version: '1';
  event_id: string;
  /** When it begins, RFC 3339. */
  timestamp: string;
  runtime: { name: string; version: string };
  os: { name: string; version: string; build_number: string };
  device: { architecture: string; is_emulator: boolean; locale: string };
  transaction: { id: string; name: string; trace_id: string; active_thread_id: string };
  measurements: Record<string, MeasurementSeries<{ elapsed_since_start_ns: string; value: number }>>;
  profile: ProfileContent<{ stack_id: number; thread_id: string; elapsed_since_start_ns: string }>;
}

/** A piece of a profile that goes on for longer than a transaction. */
export interface ProfileChunk extends ProfileCommon {
  version: '2';
  chunk_id: string;
  profiler_id: string;
  client_sdk: { name: string; version: string };
  /** Timestamps are seconds since the epoch. */
  measurements: Record<string, MeasurementSeries<{ timestamp: number; value: number }>>;
  profile: ProfileContent<{ timestamp: number; stack_id: number; thread_id: string }>;
}

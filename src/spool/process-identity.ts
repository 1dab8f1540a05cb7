/** Tells one process from all others, as far as the system lets us. */
export interface ProcessIdentity {
  readonly host: string;
  /** Of the running kernel: another one means that all older processes are gone. */
  readonly boot: string | undefined;
  /** Within which the process number means something: containers have their own. */
  readonly space: string | undefined;
  readonly pid: number;
  /** When the process was started: numbers are used again. */
  readonly start: string | undefined;
}

/** What a system tells of a process number. Not every system tells when a process was started. */
export type ProcessState =
  | { readonly isRunning: false }
  | { readonly isRunning: true; readonly start: string | undefined };

/** The processes of this machine. */
export interface ProcessTable {
  self(): Promise<ProcessIdentity>;
  stateOf(pid: number): Promise<ProcessState>;
}

/** Whether the process can still be running; `unknown` if that cannot be seen from here. */
export async function stateOfProcess(
  other: ProcessIdentity | undefined,
  table: ProcessTable,
): Promise<'alive' | 'dead' | 'unknown'> {
  const self = await table.self();
  if (other === undefined || other.host !== self.host) return 'unknown';
  if (other.boot !== self.boot) return 'dead';
  if (other.space !== self.space) return 'unknown';
  const state = await table.stateOf(other.pid);
  if (!state.isRunning) return 'dead';
  if (state.start === undefined || other.start === undefined) return 'unknown';
  if (state.start !== other.start) return 'dead';
  // Threads of a process come and go without a trace.
  return other.pid === self.pid ? 'unknown' : 'alive';
}

/** Reads what `JSON.stringify` made of an identity. */
export function parseProcessIdentity(text: string): ProcessIdentity | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isProcessIdentity(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isProcessIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null || !('host' in value) || !('pid' in value)) return false;
  return typeof value.host === 'string' && typeof value.pid === 'number';
}

import { hasCode } from './disk.js';
import type { ProcessIdentity, ProcessState, ProcessTable } from './process-identity.js';

/** Fields of `/proc/<pid>/stat` behind the name: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const STATE_FIELD = 0;
const START_FIELD = 19;
/** Ended, and not yet forgotten by the system. */
const ENDED_STATES: ReadonlySet<string | undefined> = new Set(['Z', 'X', 'x']);

/** The processes as the operating system shows them; those of Linux exactly, others by number only. */
export const systemProcessTable: ProcessTable = {
  async self(): Promise<ProcessIdentity> {
    const { hostname } = await import('node:os');
    const [boot, space, state] = await Promise.all([
      readText('/proc/sys/kernel/random/boot_id'),
      readTarget('/proc/self/ns/pid'),
      stateOf(process.pid),
    ]);
    const start = state.isRunning ? state.start : undefined;
    return { host: hostname(), boot, space, pid: process.pid, start };
  },
  stateOf,
};

async function stateOf(pid: number): Promise<ProcessState> {
  const text = await readText(`/proc/${pid}/stat`);
  // Systems that do not show processes of others, or none at all, still tell that there is one.
  if (text === undefined) return { isRunning: exists(pid), start: undefined };
  // The name of the program is in parentheses, and may hold some itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { isRunning: !ENDED_STATES.has(fields[STATE_FIELD]), start: fields[START_FIELD] };
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, ['EPERM']);
  }
}

async function readText(path: string): Promise<string | undefined> {
  const { readFile } = await import('node:fs/promises');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

async function readTarget(path: string): Promise<string | undefined> {
  const { readlink } = await import('node:fs/promises');
  try {
    return await readlink(path);
  } catch {
    return undefined;
  }
}

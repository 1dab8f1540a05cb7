import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const SPOOL_CHILD = fileURLToPath(new URL('spool-child.ts', import.meta.url));

export interface SpoolChildOptions {
  readonly folder: string;
  readonly url: string;
  /** Before the names of its transactions. */
  readonly prefix?: string;
  /** `churn` works until it is killed, `drain` ends when the spool is empty. */
  readonly mode: 'churn' | 'drain';
  /** Bundled. Default: run from its sources. */
  readonly program?: string;
  /** Killed some time after it has said a line that begins like this. Default: never. */
  readonly killAfter?: { readonly line: string; readonly maxMillis: number };
}

/** Runs an application with a spool to its end. Resolves with what it said. */
export async function runSpoolChild(options: SpoolChildOptions): Promise<string[]> {
  const { folder, url, prefix = '', mode, killAfter, program } = options;
  const start = program === undefined ? ['--import', 'tsx', SPOOL_CHILD] : [program];
  const args = [...start, folder, url, prefix, mode];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let isCondemned = false;
  child.stdout.on('data', (chunk: Buffer) => {
    output += String(chunk);
    if (killAfter === undefined || isCondemned || !`\n${output}`.includes(`\n${killAfter.line}`)) return;
    isCondemned = true;
    setTimeout(() => child.kill('SIGKILL'), Math.random() * killAfter.maxMillis);
  });
  await new Promise(resolve => child.on('close', resolve));
  return output.split('\n').slice(0, -1);
}

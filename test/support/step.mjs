// One step of a script that checks the packed project: a command that has to succeed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const STEP_TIMEOUT_MILLIS = 120_000;

export const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** A command that has failed, with everything it said. */
export class StepError extends Error {}

/** Resolves with `stdout` and `stderr`; `shows` prints them at once instead. */
export async function run(
  cwd,
  command,
  args,
  { env = process.env, timeout = STEP_TIMEOUT_MILLIS, shows = false } = {},
) {
  const output = shows ? 'inherit' : 'pipe';
  const child = spawn(command, args, {
    cwd,
    env,
    timeout,
    stdio: ['ignore', output, output],
    killSignal: 'SIGKILL',
    shell: command === NPM && process.platform === 'win32',
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name]?.setEncoding('utf8').on('data', text => (said[name] += text));
  const [code, signal] = await once(child, 'close');
  if (code === 0) return said;
  throw new StepError(`${[command, ...args].join(' ')}: ${signal ?? code}\n${said.stdout}${said.stderr}`);
}

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BundledProgram } from '../../support/bundled-program.js';
import type { Statement } from './application.js';

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when it has ended, with the JSON it printed last. */
  readonly statement: Promise<Statement & Record<string, unknown>>;
}

export interface ChildOptions {
  readonly nodeOptions?: readonly string[];
  /** What is run instead, given command and arguments of the process. */
  readonly wrap?: (command: readonly string[]) => readonly string[];
  /** Killed when it takes longer. */
  readonly deadlineMillis: number;
}

/** Runs a program of this folder in a process of its own. It stops when its standard input ends, if it listens to it. */
export async function runChild(file: string, args: readonly string[], options: ChildOptions): Promise<Child> {
  const { nodeOptions = [], wrap = command => command, deadlineMillis } = options;
  const program = await BundledProgram.create(fileURLToPath(new URL(`../${file}`, import.meta.url)));
  const [command = '', ...rest] = wrap([process.execPath, ...nodeOptions, program.path, ...args]);
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const killer = setTimeout(() => child.kill('SIGKILL'), deadlineMillis);
  let output = '';
  child.stdout.on('data', chunk => (output += String(chunk)));
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  return { process: child, statement: ended.then(() => parse()) };

  function parse(): Statement & Record<string, unknown> {
    clearTimeout(killer);
    program.remove();
    const json: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '');
    assert.ok(isStatement(json), output);
    return json;
  }
}

function isStatement(json: unknown): json is Statement & Record<string, unknown> {
  return typeof json === 'object' && json !== null && 'ended' in json && 'diagnosis' in json;
}

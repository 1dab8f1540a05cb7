import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { JsonObject } from './protocol/transaction.js';

const MEGAHERTZ_UNKNOWN = 0;

/**
 * Contexts that say where the process runs; the same for every event, so they are looked up once.
 * https://develop.sentry.dev/sdk/data-model/event-payloads/contexts/
 */
export function nodeContexts(
  versions: Readonly<Record<string, string | undefined>> = process.versions,
): Record<string, JsonObject> {
  const cpus = os.cpus();
  const [cpu] = cpus;
  return {
    runtime: runtimeContext(versions),
    os: osContext(),
    device: {
      arch: os.arch(),
      memory_size: os.totalmem(),
      processor_count: cpus.length,
      ...(cpu && { cpu_description: cpu.model }),
      ...(cpu && cpu.speed !== MEGAHERTZ_UNKNOWN && { processor_frequency: cpu.speed }),
      boot_time: isoSeconds(Date.now() - os.uptime() * 1000),
    },
    app: { app_start_time: isoSeconds(performance.timeOrigin) },
  };
}

/** Other runtimes claim to be some version of Node.js, and say beside it what they are. */
function runtimeContext({ bun, deno }: Readonly<Record<string, string | undefined>>): JsonObject {
  if (bun !== undefined) return { name: 'bun', version: bun };
  if (deno !== undefined) return { name: 'deno', version: deno };
  return { name: 'node', version: process.version };
}

/** Whole seconds: what is computed from uptimes would differ a little each time. */
function isoSeconds(epochMillis: number): string {
  return new Date(Math.round(epochMillis / 1000) * 1000).toISOString();
}

export function hostname(): string {
  return os.hostname();
}

/** Folder of the script that was started: where the application's modules are counted from. */
export function applicationFolder(): string | undefined {
  const script = process.argv[1];
  return script === undefined ? undefined : path.dirname(script);
}

const OS_NAMES: Readonly<Record<string, string>> = {
  aix: 'IBM AIX',
  darwin: 'macOS',
  freebsd: 'FreeBSD',
  linux: 'Linux',
  openbsd: 'OpenBSD',
  sunos: 'SunOS',
  win32: 'Windows',
};

/** On Linux the release is that of the kernel; which distribution it is cannot be asked. */
function osContext(): JsonObject {
  const name = OS_NAMES[process.platform] ?? process.platform;
  return process.platform === 'linux'
    ? { name, kernel_version: os.release() }
    : { name, version: os.release() };
}

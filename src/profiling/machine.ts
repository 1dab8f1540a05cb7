import os from 'node:os';
import process from 'node:process';
import type { TransactionProfile } from '../protocol/profile.js';

/** What Sentry wants to know of the machine a transaction was profiled on. */
export function machine(): Pick<TransactionProfile, 'runtime' | 'os' | 'device'> {
  return {
    runtime: { name: 'node', version: process.versions.node },
    os: { name: process.platform, version: os.release(), build_number: os.version() },
    device: {
      architecture: os.arch(),
      is_emulator: false,
      locale: Intl.DateTimeFormat().resolvedOptions().locale,
    },
  };
}

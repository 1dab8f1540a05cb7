// Applications for `otel-sentry-bridge/register`, and the sets of packages they are started with: folders of `register`.
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const REGISTER = join(import.meta.dirname, 'register');

/** Single instrumentations and all of them, with each line. */
export const REGISTER_SETS = readdirSync(REGISTER)
  .filter(name => existsSync(join(REGISTER, name, 'package.json')))
  .sort();

export const APPLICATIONS = ['app.mjs', 'app.cjs'];

export function copyApplications(folder) {
  for (const file of [...APPLICATIONS, 'two-services.cjs']) cpSync(join(REGISTER, file), join(folder, file));
}

import { API } from './sdk/choose-sdk.js';
import { isAtLeast } from './packages/versions.js';

/** Versions that belong together. Without them npm installs the newest of each, which are of different lines. */
const LINES = {
  2: {
    [API]: '1.9',
    '@opentelemetry/sdk-trace-node': '2',
    '@opentelemetry/context-async-hooks': '2',
    '@opentelemetry/auto-instrumentations-node': '0.81',
  },
  3: {
    [API]: '1.10',
    '@opentelemetry/sdk-trace': '3',
    '@opentelemetry/context-async-hooks': '3',
    '@opentelemetry/auto-instrumentations-node': '0.82',
  },
} as const;

export type Line = keyof typeof LINES;

/** The line to recommend: the one the installed API is for, if this Node can run it. */
export function recommendedLine(apiVersion: string | undefined, nodeVersion: string): Line {
  const canRunThird = isAtLeast(nodeVersion, 22, 15);
  return canRunThird && (apiVersion === undefined || isAtLeast(apiVersion, 1, 10)) ? 3 : 2;
}

/** Command that installs these packages of a line, or all of them. */
export function installCommand(line: Line, names?: readonly string[]): string {
  const wanted = Object.entries(LINES[line]).filter(([name]) => names?.includes(name) ?? true);
  return `npm install ${wanted.map(([name, version]) => `${name}@${version}`).join(' ')}`;
}

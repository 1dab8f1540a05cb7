import { inspect } from 'node:util';
import { DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { parseFlag, parsedVariable, variable, type Environment } from '../config/environment-variables.js';
import type { Api } from './sdk/api.js';

const LEVELS: ReadonlyMap<string, DiagLogLevel> = new Map([
  ['none', DiagLogLevel.NONE],
  ['error', DiagLogLevel.ERROR],
  ['warn', DiagLogLevel.WARN],
  ['info', DiagLogLevel.INFO],
  ['debug', DiagLogLevel.DEBUG],
  ['verbose', DiagLogLevel.VERBOSE],
  ['all', DiagLogLevel.ALL],
]);

export function isDebugging(env: Environment): boolean {
  return parseFlag(variable(env, 'SENTRY_DEBUG') ?? '') === true;
}

/**
 * Prints what OpenTelemetry and the bridge log: from `OTEL_LOG_LEVEL` on, else from `info` with `SENTRY_DEBUG`, else from
 * `warn`.
 */
export function logToStderr(api: Api, env: Environment, print: (line: string) => void): void {
  const usual = isDebugging(env) ? DiagLogLevel.INFO : DiagLogLevel.WARN;
  const logLevel = parseLevel(variable(env, 'OTEL_LOG_LEVEL') ?? '') ?? usual;
  api.diag.setLogger(createLogger(print), { logLevel, suppressOverrideMessage: true });
  // Only now can it be read that the variable is of no use.
  parsedVariable(env, 'OTEL_LOG_LEVEL', [...LEVELS.keys()].join(', '), parseLevel);
}

function parseLevel(text: string): DiagLogLevel | undefined {
  return LEVELS.get(text.toLowerCase());
}

function createLogger(print: (line: string) => void): DiagLogger {
  const at =
    (level: string) =>
    (...parts: unknown[]): void =>
      print(
        `[opentelemetry] ${level}: ${parts.map(part => (typeof part === 'string' ? part : inspect(part))).join(' ')}`,
      );
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    verbose: at('verbose'),
  };
}

import { parsedVariable, type Environment } from './environment-variables.js';
import { choiceOption } from './validate.js';

type TraceLifecycle = 'transaction' | 'stream';

/** As Sentry's SDKs spell it, and as we do. */
const SPELLINGS: ReadonlyMap<string, TraceLifecycle> = new Map([
  ['static', 'transaction'],
  ['transaction', 'transaction'],
  ['stream', 'stream'],
]);

export function resolveLifecycle(options: Record<string, unknown>, env: Environment): TraceLifecycle {
  return (
    choiceOption(options, 'traceLifecycle', ['transaction', 'stream']) ??
    parsedVariable(env, 'SENTRY_TRACE_LIFECYCLE', "'stream' or 'static'", text =>
      SPELLINGS.get(text.toLowerCase()),
    ) ??
    'transaction'
  );
}

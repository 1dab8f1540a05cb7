import { diag, type DiagLogger } from '@opentelemetry/api';

/** Resolves the application's logger at each call, so it may be created before one is registered. */
const applicationLog: DiagLogger = diag.createComponentLogger({ namespace: 'otel-sentry-bridge' });

/** The log of the application. A logger that throws is as good as none. */
export const log: Pick<DiagLogger, 'error' | 'warn' | 'info' | 'debug'> = {
  error: message => quietly(() => applicationLog.error(message)),
  warn: message => quietly(() => applicationLog.warn(message)),
  info: message => quietly(() => applicationLog.info(message)),
  debug: message => quietly(() => applicationLog.debug(message)),
};

function quietly(write: () => void): void {
  try {
    write();
  } catch {
    // Nobody is left to tell.
  }
}

/**
 * Runs `body` so that nothing it throws reaches the application: the SDK calls us inside `startSpan()` and `end()`.
 * Returns `fallback` after logging the failure.
 */
export function guard<T>(what: string, fallback: T, body: () => T): T {
  try {
    return body();
  } catch (error) {
    reportFailure(what, error);
    return fallback;
  }
}

/** Logs what `guard` would have caught, where its function would be made anew for every span. */
export function reportFailure(what: string, error: unknown): void {
  log.error(`${what} failed: ${describeError(error)}`);
}

/** Text of anything that can be thrown, without throwing itself. */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return 'an error that cannot be printed';
  }
}

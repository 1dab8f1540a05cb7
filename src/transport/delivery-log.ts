import { describeError, log } from '../otel/diagnostics.js';
import { StateLog } from '../otel/state-log.js';
import type { SendOutcome } from './transport.js';

/** Characters of a problem that are kept and printed; some errors hold whole requests. */
const MAX_PROBLEM_CHARS = 300;

/** Says in the application's log when delivery stops working and when it works again, once each. */
export class DeliveryLog {
  #lastProblem: string | undefined;
  #fate = 'lost';

  readonly #unreachable = new StateLog(
    () =>
      log.warn(
        `Sentry cannot be reached (${this.#lastProblem ?? 'unknown reason'}); envelopes are ${this.#fate} until it can`,
      ),
    () => log.info('Sentry can be reached again'),
  );
  readonly #refusing = new StateLog(
    () => log.error(`Sentry refuses envelopes with ${this.#lastProblem ?? 'an error'}`),
    () => log.info('Sentry accepts envelopes again'),
  );
  readonly #queueFull = new StateLog(
    () => log.warn('the send queue is full; envelopes are lost until it has room'),
    () => log.info('the send queue has room again'),
  );

  /** Text of the last failure or refusal. */
  get lastProblem(): string | undefined {
    return this.#lastProblem;
  }

  outcome(outcome: SendOutcome): void {
    switch (outcome.kind) {
      case 'failed':
      case 'spooled':
        this.#fate = outcome.kind === 'failed' ? 'lost' : 'kept on disk';
        this.#lastProblem = textOf(outcome.error);
        this.#unreachable.report(true);
        break;
      case 'rejected':
        this.#lastProblem = `HTTP status ${outcome.statusCode}${hint(outcome.statusCode)}`;
        this.#unreachable.report(false);
        this.#refusing.report(true);
        break;
      case 'rate_limited':
        this.#unreachable.report(false);
        break;
      case 'delivered':
        this.#unreachable.report(false);
        this.#refusing.report(false);
        break;
      case 'dropped':
        break;
      default:
        outcome satisfies never;
    }
  }

  queueFull(isFull: boolean): void {
    this.#queueFull.report(isFull);
  }

  unsendable(error: Error): void {
    this.#lastProblem = textOf(error);
    log.error(`${this.#lastProblem}: ${describeError(error.cause)}`);
  }

  abandoned(envelopes: number): void {
    log.warn(`closed before everything was sent: ${envelopes} envelopes given up`);
  }
}

function textOf(error: Error): string {
  return describeError(error).slice(0, MAX_PROBLEM_CHARS);
}

/** What usually is behind a status. https://develop.sentry.dev/sdk/foundations/transport/#handling-server-errors */
function hint(statusCode: number): string {
  if (statusCode === 400) return ' (it cannot read them)';
  if (statusCode === 401 || statusCode === 403)
    return ' (is the key of the dsn valid, and the project active?)';
  if (statusCode === 404) return ' (is there a Sentry at the host of the dsn?)';
  if (statusCode === 413) return ' (too large)';
  return statusCode >= 300 && statusCode < 400 ? ' (redirects are not followed)' : '';
}

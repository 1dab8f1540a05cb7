import { toJson } from '../protocol/json.js';
import type { TransactionEvent } from '../protocol/transaction.js';
import { forEachInSteps, type Steps } from '../steps.js';

export interface WrittenTransaction {
  readonly json: string;
  /** Its spans, as they stand in it. */
  readonly spans: string;
  /** All the rest. */
  readonly frame: string;
}

/**
 * A transaction as JSON. Span by span: that takes a quarter less time than writing all in one go, and can be
 * interrupted. Written by hand, without `JSON.stringify`, it is no faster, and with Node.js 26 takes twice as long.
 *
 * @throws TypeError for what JSON cannot hold
 */
export function* writeTransaction({ spans, ...event }: TransactionEvent): Steps<WrittenTransaction> {
  const texts: string[] = [];
  yield* forEachInSteps(spans, span => texts.push(toJson(span)));
  const list = `[${texts.join(',')}]`;
  const frame = `${toJson(event).slice(0, -1)},"spans":`;
  return { json: `${frame}${list}}`, spans: list, frame };
}

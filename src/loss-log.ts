import { log } from './otel/diagnostics.js';
import type { DropReason } from './protocol/loss-counter.js';

const MEANINGS: Readonly<Record<DropReason, string>> = {
  backpressure: 'delivery cannot keep up, so that fewer new traces are sampled',
  before_send: 'a hook returned null',
  buffer_overflow: 'more spans than there is room for, or spans after the end',
  cache_overflow: 'the spool has no room for it, or kept it for too long',
  callback_error: 'a function of the application failed',
  event_processor: 'dropped on the way',
  ignored: 'one of the ignore options matches',
  insufficient_data: 'there is too little of it to be sent',
  internal_sdk_error: 'it could not be converted or serialised',
  invalid: 'spans that are each other’s ancestors',
  network_error: 'Sentry has not answered',
  no_parent_span: 'a request without a local parent',
  queue_overflow: 'the send queue is full, or closed',
  ratelimit_backoff: 'Sentry has asked to send less',
  sample_rate: 'a trace was not sampled',
  send_error: 'Sentry has refused it',
};

/** Says that something was lost for a reason there was no loss for before. */
export function announceLoss(reason: DropReason): void {
  log.warn(`first loss with the reason ${reason}: ${MEANINGS[reason]}; from now on they are only counted`);
}

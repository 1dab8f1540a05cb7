import { stringAttribute, toInteger, type AttributeMap } from '../otel/attributes.js';
import type { SpanStatusName } from '../protocol/transaction.js';
import { httpStatusCode } from './semantics/http-attributes.js';

interface SpanWithStatus {
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: AttributeMap;
}

/** Values of `SpanStatusCode`. https://opentelemetry.io/docs/specs/otel/trace/api/#set-status */
const STATUS_OK = 1;
const STATUS_ERROR = 2;

/** gRPC codes by number. https://grpc.io/docs/guides/status-codes/ */
const GRPC_STATUSES: readonly SpanStatusName[] = [
  'ok',
  'cancelled',
  'unknown_error',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal_error',
  'unavailable',
  'data_loss',
  'unauthenticated',
];

/** Names of statuses in any case, with the spellings gRPC and others use. */
const STATUSES_BY_NAME: ReadonlyMap<string, SpanStatusName> = new Map<string, SpanStatusName>([
  ...GRPC_STATUSES.map(status => [status, status] as const),
  ['canceled', 'cancelled'],
  ['unknown', 'unknown_error'],
]);

/** Failures HTTP has a code of its own for. https://develop.sentry.dev/sdk/data-model/event-payloads/span/ */
const HTTP_STATUSES: ReadonlyMap<number, SpanStatusName> = new Map<number, SpanStatusName>([
  [401, 'unauthenticated'],
  [403, 'permission_denied'],
  [404, 'not_found'],
  [409, 'already_exists'],
  [413, 'failed_precondition'],
  [429, 'resource_exhausted'],
  [499, 'cancelled'],
  [501, 'unimplemented'],
  [503, 'unavailable'],
  [504, 'deadline_exceeded'],
]);

/**
 * How a span ended. An explicit OK wins over every code, and an explicit error is never shown as a success: its message
 * names the failure, else its codes do. https://develop.sentry.dev/sdk/data-model/event-payloads/contexts/#trace-context
 */
export function spanStatus({ status, attributes }: SpanWithStatus): SpanStatusName {
  if (status.code === STATUS_OK) return 'ok';
  const failure = status.code === STATUS_ERROR ? namedFailure(status.message) : undefined;
  if (failure !== undefined) return failure;
  const ofHttp = httpStatus(httpStatusCode(attributes));
  if (status.code !== STATUS_ERROR) return ofHttp ?? rpcStatus(attributes) ?? 'ok';
  if (ofHttp !== undefined && ofHttp !== 'ok') return ofHttp;
  const ofRpc = rpcStatus(attributes);
  return ofRpc !== undefined && ofRpc !== 'ok' ? ofRpc : 'internal_error';
}

/** The message of a failed span if its status does not say the same already. */
export function statusMessage({ status }: SpanWithStatus): string | undefined {
  if (status.code !== STATUS_ERROR || typeof status.message !== 'string' || status.message === '') {
    return undefined;
  }
  return namedFailure(status.message) === undefined ? status.message : undefined;
}

function namedFailure(message: unknown): SpanStatusName | undefined {
  if (typeof message !== 'string') return undefined;
  const status = STATUSES_BY_NAME.get(message.toLowerCase());
  return status === 'ok' ? undefined : status;
}

function httpStatus(code: number | undefined): SpanStatusName | undefined {
  if (code === undefined) return undefined;
  if (code < 400) return 'ok';
  return HTTP_STATUSES.get(code) ?? (code < 500 ? 'invalid_argument' : 'internal_error');
}

// Instrumentations write the number, its digits, or the name of the code.
function rpcStatus(attributes: AttributeMap): SpanStatusName | undefined {
  const code = attributes['rpc.response.status_code'] ?? attributes['rpc.grpc.status_code'];
  if (code === undefined) return undefined;
  const number = toInteger(code);
  if (number !== undefined) return GRPC_STATUSES[number] ?? 'unknown_error';
  const name = stringAttribute(attributes, 'rpc.response.status_code', 'rpc.grpc.status_code')?.toLowerCase();
  if (name === undefined) return undefined;
  return name === 'internal' ? 'internal_error' : STATUSES_BY_NAME.get(name);
}

/** Values of `SpanKind`, without importing the API at run time. https://opentelemetry.io/docs/specs/otel/trace/api/#spankind */
export const KIND_INTERNAL = 0;
export const KIND_SERVER = 1;
export const KIND_CLIENT = 2;
export const KIND_PRODUCER = 3;
export const KIND_CONSUMER = 4;

/** Whether the span calls somebody else, so that the peer it names is a server and not a user. */
export function isOutgoing(kind: number): boolean {
  return kind === KIND_CLIENT || kind === KIND_PRODUCER;
}

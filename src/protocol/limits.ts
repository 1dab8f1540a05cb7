/** Every size and count limit of Sentry's protocol, and the limits of other standards we carry its data in. */

/**
 * Bytes of one event-like item (event, transaction), uncompressed; one byte more and the whole envelope is refused
 * with 413. https://github.com/getsentry/relay/blob/master/relay-server/src/utils/sizes.rs
 */
export const MAX_EVENT_ITEM_BYTES = 1024 * 1024;

/**
 * Bytes of the `spans` array of a transaction; Sentry cuts the tail of a longer one without saying so.
 * https://github.com/getsentry/relay/blob/master/relay-event-schema/src/protocol/event.rs
 */
export const MAX_TRANSACTION_SPANS_BYTES = 819_200;

/** Spans in one transaction, its root not counted. https://develop.sentry.dev/sdk/telemetry/traces/#maxspans */
export const MAX_TRANSACTION_SPANS = 1000;

/** Characters of a `baggage` header in all. https://www.w3.org/TR/baggage/#limits */
export const MAX_BAGGAGE_CHARS = 8192;

/**
 * Characters of an attribute value; longer text is cut with a mark. Ours: Sentry sets a limit only for whole events,
 * and one value should not take a hundredth of that.
 */
export const MAX_ATTRIBUTE_VALUE_CHARS = 8192;

/** Characters of the message of an error; longer ones are cut with a mark. Ours, like the one above. */
export const MAX_EXCEPTION_VALUE_CHARS = 8192;

/** Characters of a tag name. https://develop.sentry.dev/sdk/foundations/transport/event-payloads/#variable-size */
export const MAX_TAG_KEY_CHARS = 200;

/** Characters of a tag value. https://develop.sentry.dev/sdk/foundations/transport/event-payloads/#variable-size */
export const MAX_TAG_VALUE_CHARS = 200;

/** Characters of a span operation. https://develop.sentry.dev/sdk/telemetry/traces/span-operations/ */
export const MAX_OP_CHARS = 128;

/** Characters of a span origin. https://develop.sentry.dev/sdk/telemetry/traces/trace-origin/ */
export const MAX_ORIGIN_CHARS = 128;

/** Characters of a release name. https://docs.sentry.io/platforms/javascript/guides/node/configuration/releases/ */
export const MAX_RELEASE_CHARS = 200;

/** Characters of an environment name. https://github.com/getsentry/relay/blob/master/relay-event-schema/src/protocol/event.rs */
export const MAX_ENVIRONMENT_CHARS = 64;

/** Characters of a server name. https://github.com/getsentry/relay/blob/master/relay-event-schema/src/protocol/event.rs */
export const MAX_SERVER_NAME_CHARS = 256;

/** Breadcrumbs of one event. https://develop.sentry.dev/sdk/foundations/client/configuration/ */
export const MAX_BREADCRUMBS = 100;

/** Linked errors of one event beside the reported one. https://docs.sentry.io/platforms/javascript/configuration/integrations/linkederrors/ */
export const MAX_LINKED_ERRORS = 5;

/** Frames of one stack trace. https://develop.sentry.dev/sdk/foundations/transport/event-payloads/#variable-size */
export const MAX_STACK_FRAMES = 50;

/** Characters of a stack line that are looked at. https://github.com/getsentry/sentry-javascript/blob/develop/packages/core/src/utils/stacktrace.ts */
export const MAX_STACK_LINE_CHARS = 1024;

/**
 * Milliseconds a rate limit may last; a longer one is taken for a mistake and shortened to this.
 * Sentry's own limits end with the day at the latest.
 */
export const MAX_RATE_LIMIT_MILLIS = 24 * 60 * 60 * 1000;

/**
 * Milliseconds to be silent after a 429 that does not say how long.
 * https://develop.sentry.dev/sdk/foundations/transport/rate-limiting/#stage-1-parse-response-headers
 */
export const DEFAULT_RATE_LIMIT_MILLIS = 60_000;

/** Spans in one container. https://develop.sentry.dev/sdk/telemetry/spans/span-buffer/ */
export const MAX_CONTAINER_SPANS = 1000;

/** Bytes of one container. Sentry takes twice as much. https://develop.sentry.dev/sdk/telemetry/spans/span-buffer/ */
export const MAX_CONTAINER_BYTES = 5_000_000;

/**
 * Bytes of one span in a container. Ours: Sentry takes ten times as much of a single one, and a container is to hold
 * more than one. https://github.com/getsentry/relay/blob/master/relay-config/src/config.rs
 */
export const MAX_STREAMED_SPAN_BYTES = 1024 * 1024;

/** Bytes of one profile. https://github.com/getsentry/relay/blob/master/relay-config/src/config.rs */
export const MAX_PROFILE_ITEM_BYTES = 50 * 1024 * 1024;

/** Milliseconds of the profile of a transaction; Sentry drops longer ones. https://github.com/getsentry/relay/blob/master/relay-profiling/src/sample/v1.rs */
export const MAX_PROFILE_MILLIS = 30_000;

/**
 * Milliseconds a transaction has to last to be linked to a profile that goes on for longer: Sentry takes the link from
 * shorter ones, because there is hardly a sample in them.
 */
export const MIN_PROFILED_MILLIS = 20;

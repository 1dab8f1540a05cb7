import { hasAttribute, stringAttribute } from '../../otel/attributes.js';
import { KIND_CONSUMER, KIND_PRODUCER } from '../span-kind.js';
import type { DescribableSpan, FamilyDescription } from './family.js';

/**
 * Queues. Tried before RPC, because SQS and SNS calls carry the attributes of both.
 * https://develop.sentry.dev/sdk/telemetry/traces/modules/queues/
 */
export function describeMessaging({ attributes, kind }: DescribableSpan): FamilyDescription | undefined {
  if (!hasAttribute(attributes, 'messaging.system')) return undefined;
  return { op: queueOp(attributes, kind), source: 'route', sourceOfCustomName: 'route' };
}

function queueOp(attributes: DescribableSpan['attributes'], kind: number): string {
  for (const name of OPERATION_ATTRIBUTES) {
    const type = stringAttribute(attributes, name);
    const op = type === undefined ? undefined : OPS.get(type.toLowerCase());
    if (op !== undefined) return op;
  }
  if (kind === KIND_PRODUCER) return 'queue.publish';
  return kind === KIND_CONSUMER ? 'queue.process' : 'queue';
}

const OPERATION_ATTRIBUTES = [
  'messaging.operation.type',
  'messaging.operation',
  'messaging.operation.name',
] as const;

const OPS: ReadonlyMap<string, string> = new Map([
  ['send', 'queue.publish'],
  ['publish', 'queue.publish'],
  ['create', 'queue.create'],
  ['receive', 'queue.receive'],
  ['poll', 'queue.receive'],
  ['process', 'queue.process'],
  ['deliver', 'queue.process'],
  ['settle', 'queue.settle'],
  ['ack', 'queue.settle'],
  ['nack', 'queue.settle'],
]);

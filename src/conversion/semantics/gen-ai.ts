import { hasAttribute, stringAttribute } from '../../otel/attributes.js';
import type { DescribableSpan, FamilyDescription } from './family.js';

/**
 * Generative AI. Tried before RPC, because Bedrock calls carry the attributes of both.
 * https://develop.sentry.dev/sdk/telemetry/traces/modules/ai-agents/
 */
export function describeGenAi({ attributes }: DescribableSpan): FamilyDescription | undefined {
  const operation = stringAttribute(attributes, 'gen_ai.operation.name');
  if (operation !== undefined) return { op: `gen_ai.${operation}`, source: 'custom' };
  return hasAttribute(attributes, 'gen_ai.provider.name', 'gen_ai.system') ? PROVIDER_ONLY : undefined;
}

const PROVIDER_ONLY: FamilyDescription = { op: 'gen_ai', source: 'custom' };

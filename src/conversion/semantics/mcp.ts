import { stringAttribute } from '../../otel/attributes.js';
import { KIND_CLIENT, KIND_SERVER } from '../span-kind.js';
import type { DescribableSpan, FamilyDescription } from './family.js';

/** Model Context Protocol. https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/ */
export function describeMcp({ attributes, kind }: DescribableSpan): FamilyDescription | undefined {
  const method = stringAttribute(attributes, 'mcp.method.name');
  if (method === undefined) return undefined;
  if (method.startsWith('notifications/')) {
    return {
      op: `mcp.notification.${kind === KIND_SERVER ? 'client_to_server' : 'server_to_client'}`,
      source: 'custom',
    };
  }
  return { op: kind === KIND_CLIENT ? 'mcp.client' : 'mcp.server', source: 'custom' };
}

/** Service a transaction came from. */
export function serviceOf(event) {
  return event.contexts.otel.resource['service.name'];
}

/**
 * Transactions put together to traces, in order of time: `{ traceId, services, transactions, roots, start, end }`.
 * A node `{ id, parentId, service, op, name, status, start, end, children }` is a span, or a transaction if `service`
 * is set; `roots` are those whose parents were not received.
 */
export function toTraces(transactions) {
  return [...groupByTraceId(transactions)].map(toTrace).sort((a, b) => a.start - b.start);
}

function toTrace([traceId, transactions]) {
  const nodes = transactions.flatMap(({ event }) => [rootNode(event), ...event.spans.map(spanNode)]);
  const byId = new Map(nodes.map(node => [node.id, node]));
  const inOrder = nodes.sort((a, b) => a.start - b.start);
  for (const node of inOrder) byId.get(node.parentId)?.children.push(node);
  return {
    traceId,
    transactions,
    services: [...new Set(inOrder.flatMap(({ service }) => service ?? []))],
    roots: inOrder.filter(({ parentId }) => !byId.has(parentId)),
    start: Math.min(...nodes.map(({ start }) => start)),
    end: Math.max(...nodes.map(({ end }) => end)),
  };
}

function rootNode(event) {
  const { contexts, spans: _, ...root } = event;
  return {
    ...spanNode({ ...root, ...contexts.trace, description: event.transaction }),
    service: serviceOf(event),
  };
}

function spanNode(span) {
  return {
    id: span.span_id,
    parentId: span.parent_span_id,
    op: span.op ?? '',
    name: span.description,
    status: span.status,
    start: span.start_timestamp,
    end: span.timestamp,
    children: [],
  };
}

function groupByTraceId(transactions) {
  const groups = new Map();
  for (const transaction of transactions) {
    const traceId = transaction.event.contexts.trace.trace_id;
    groups.set(traceId, [...(groups.get(traceId) ?? []), transaction]);
  }
  return groups;
}

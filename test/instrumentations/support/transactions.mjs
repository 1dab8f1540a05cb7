import assert from 'node:assert/strict';

/**
 * A transaction as a person sees it: one line per span, children below and to the right of their parent, in order of
 * start: `op | description | status | origin`, `-` for no op, after the description of the root its source.
 */
export function linesOf(transaction) {
  const { transaction: name, transaction_info: info, contexts, spans } = transaction;
  const { span_id: rootId, op, status, origin } = contexts.trace;
  const lines = [`${op ?? '-'} | ${name} (${info.source}) | ${status} | ${origin}`];
  const shown = new Set([rootId]);
  const addChildren = (parentId, indent) => {
    for (const span of childrenOf(spans, parentId)) {
      shown.add(span.span_id);
      lines.push(`${indent}${span.op ?? '-'} | ${span.description} | ${span.status} | ${span.origin}`);
      addChildren(span.span_id, `${indent}  `);
    }
  };
  addChildren(rootId, '  ');
  assert.equal(shown.size, spans.length + 1, 'every span hangs on the root');
  return lines;
}

function childrenOf(spans, parentId) {
  const children = spans.filter(span => span.parent_span_id === parentId);
  return children.sort((a, b) => a.start_timestamp - b.start_timestamp);
}

/** The lines of each transaction, in order. */
export function expectLines(transactions, ...expected) {
  assert.deepEqual(transactions.map(linesOf), expected);
}

/** The one span of this description, the root included, of all transactions. */
export function spanOf(transactions, description) {
  const found = transactions.flatMap(transaction =>
    [{ description: transaction.transaction, ...transaction.contexts.trace }, ...transaction.spans].filter(
      span => span.description === description,
    ),
  );
  assert.equal(found.length, 1, `${found.length} spans are described as ${description}`);
  return found[0];
}

/** Checks these attributes of a span; an attribute that is `undefined` here must not be there. */
export function expectData({ data }, expected) {
  const actual = Object.fromEntries(Object.keys(expected).map(key => [key, data[key]]));
  assert.deepEqual(actual, expected);
}

/** That `child` continues the trace of the span `parent` of the transaction `root`, under the decisions taken there. */
export function expectContinued(child, root, parent) {
  assert.equal(child.contexts.trace.trace_id, root.contexts.trace.trace_id);
  assert.equal(child.contexts.trace.parent_span_id, parent.span_id);
  assert.deepEqual(child.trace, root.trace);
}

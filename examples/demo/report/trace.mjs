const WIDTH = 100;
const NAME = 41;
const OP = 13;
const MILLIS = 9;
const STATUS = 14;
const BAR = WIDTH - NAME - OP - MILLIS - STATUS - 4;

/** Prints a trace as a tree of its spans, each with a bar that shows when it ran. */
export function printTrace(trace, link) {
  const { transactions, services } = trace;
  console.log('─'.repeat(WIDTH));
  console.log(`${titleOf(transactions)}: ${services.join(' and ')}`);
  console.log(`trace ${trace.traceId}${headOf(trace)}`);
  if (link !== undefined) console.log(link);
  for (const root of trace.roots) printNode(root, trace, '', '');
}

function printNode(node, trace, indent, branch) {
  const name = `${indent}${branch}${node.service === undefined ? '' : `[${node.service}] `}${node.name}`;
  const millis = `${((node.end - node.start) * 1000).toFixed(1)} ms`;
  const columns = [
    cut(name, NAME).padEnd(NAME),
    cut(node.op, OP).padEnd(OP),
    millis.padStart(MILLIS),
    cut(node.status, STATUS).padEnd(STATUS),
    bar(node, trace),
  ];
  console.log(columns.join(' ').trimEnd());
  const below = indent + { '': '', '├ ': '│ ', '└ ': '  ' }[branch];
  for (const child of node.children)
    printNode(child, trace, below, child === node.children.at(-1) ? '└ ' : '├ ');
}

function bar(node, trace) {
  const columns = BAR / (trace.end - trace.start);
  const length = Math.max(1, Math.round((node.end - node.start) * columns));
  const before = Math.min(BAR - length, Math.floor((node.start - trace.start) * columns));
  return ' '.repeat(before) + '█'.repeat(length);
}

function titleOf(transactions) {
  const ids = transactions.flatMap(({ event }) => event.request?.headers?.['x-request-id'] ?? []);
  return ids.join(', ') || 'without a request';
}

function headOf({ roots, transactions: [{ trace }] }) {
  const [{ parentId }] = roots;
  return parentId === undefined ? '' : `, continued from ${trace.release} (span ${parentId})`;
}

function cut(text, length) {
  const line = text.replaceAll(/\s+/g, char => (char === '\n' ? ' ' : char));
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

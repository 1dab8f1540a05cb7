const WIDTH = 40;
const MIN_SHARE = 0.02;

/** Prints which functions the time went to, the outermost first, each with where it is defined. */
export function printFlameGraph({ profile }) {
  const { samples, stacks, frames } = profile;
  const root = newNode();
  for (const { stack_id: id } of samples) add(root, stacks[id].toReversed());
  console.log(`${bar(root, root)} all, ${samples.length} samples`);
  for (const child of childrenOf(root)) print(child, frames, root, 1);
}

/** Frames by the samples in which they were innermost, the most frequent first. */
export function hottestFrames({ profile: { samples, stacks, frames } }) {
  const counts = new Map();
  for (const { stack_id: id } of samples) {
    const [innermost] = stacks[id];
    if (innermost !== undefined) counts.set(innermost, (counts.get(innermost) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([frame, count]) => ({ ...frames[frame], count }));
}

function add(root, path) {
  let node = root;
  node.count++;
  for (const frame of path) {
    const child = node.children.get(frame) ?? newNode(frame);
    node.children.set(frame, child);
    child.count++;
    node = child;
  }
}

function print(node, frames, root, depth) {
  if (node.count / root.count < MIN_SHARE) return;
  const { function: name, filename, lineno, colno } = frames[node.frame];
  const place = filename === undefined ? '' : ` ${filename}:${lineno}:${colno}`;
  console.log(`${bar(node, root)} ${' '.repeat(depth)}${name}${place}`);
  for (const child of childrenOf(node)) print(child, frames, root, depth + 1);
}

function bar(node, root) {
  return '█'.repeat(Math.max(1, Math.round((node.count / root.count) * WIDTH))).padEnd(WIDTH);
}

function childrenOf(node) {
  return [...node.children.values()].sort((a, b) => b.count - a.count);
}

function newNode(frame) {
  return { frame, count: 0, children: new Map() };
}

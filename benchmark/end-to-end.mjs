// What a span costs until it has arrived somewhere, all threads counted. Contenders take turns, so that what else the
// machine does meets all of them.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NAMES } from './lib/contenders.mjs';
import { SPANS } from './lib/request.mjs';

const path = name => fileURLToPath(new URL(`./lib/${name}.mjs`, import.meta.url));
const execute = promisify(execFile);

async function ask(sink, message) {
  const answer = once(sink, 'message');
  sink.send(message);
  return (await answer)[0];
}

/** Every figure of a case per contender: the median of all rounds. */
export async function measure(kind, rounds) {
  const sink = fork(path('sink'));
  const [{ port }] = await once(sink, 'message');
  const samples = new Map(NAMES.map(name => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
      const before = await ask(sink, 'counts');
      const argument = JSON.stringify({ contender, kind, port });
      const { stdout } = await execute(process.execPath, ['--expose-gc', path('measured'), argument]);
      const after = await ask(sink, 'counts');
      samples.get(contender).push({
        ...JSON.parse(stdout),
        requests: after.requests - before.requests,
        bytes: after.bytes - before.bytes,
      });
    }
  }
  sink.disconnect();
  return new Map([...samples].map(([name, list]) => [name, medians(list)]));
}

function medians(list) {
  const keys = Object.keys(list[0]);
  const middle = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return Object.fromEntries(keys.map(key => [key, middle(list.map(sample => sample[key]))]));
}

export { SPANS };

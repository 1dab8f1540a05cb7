const { createServer } = require('node:http');
const { buffer } = require('node:stream/consumers');
const { gunzipSync } = require('node:zlib');

/**
 * A Sentry on a free port that takes everything. `take()` returns the transactions since the last call, each with the
 * header of its envelope.
 */
async function startReceiver() {
  let received = [];
  const receive = async (request, response) => {
    const body = await buffer(request);
    received.push(
      ...transactionsIn(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body),
    );
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    dsn: `http://public@127.0.0.1:${server.address().port}/1`,
    take() {
      const taken = received;
      received = [];
      return taken;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Payloads are JSON without newlines: after the envelope's header, lines come in pairs. */
function transactionsIn(body) {
  const [envelopeHeader, ...lines] = body
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  return lines.flatMap((line, index) =>
    index % 2 === 0 && line.type === 'transaction' ? [{ envelopeHeader, event: lines[index + 1] }] : [],
  );
}

module.exports = { startReceiver };

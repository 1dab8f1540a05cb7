const { createServer } = require('node:http');
const { buffer } = require('node:stream/consumers');
const { gunzipSync } = require('node:zlib');

/** A Sentry on a free port that takes everything. `take()` returns the transactions since the last call. */
async function startReceiver() {
  let transactions = [];
  const receive = async (request, response) => {
    const body = await buffer(request);
    transactions.push(
      ...transactionsIn(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body),
    );
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    dsn: `http://public@127.0.0.1:${server.address().port}/1`,
    take() {
      const taken = transactions;
      transactions = [];
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
  const [, ...lines] = body.toString('utf8').trimEnd().split('\n');
  return lines.flatMap((line, index) =>
    index % 2 === 0 && JSON.parse(line).type === 'transaction' ? [JSON.parse(lines[index + 1])] : [],
  );
}

module.exports = { startReceiver };

const { createServer } = require('node:http');
const { buffer } = require('node:stream/consumers');
const { gunzipSync } = require('node:zlib');

/** A Sentry on a free port that takes everything; any other path is an ordinary service that remembers its headers. */
async function startReceiver(publicKey) {
  const envelopes = [];
  const requests = [];
  const receive = async (request, response) => {
    const body = await buffer(request);
    if (request.url.startsWith('/api/'))
      envelopes.push(parse(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
    else requests.push({ url: request.url, headers: request.headers });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${server.address().port}`;
  return {
    dsn: `http://${publicKey}@${host}/1`,
    url: `http://${host}`,
    envelopes,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Payloads are JSON without newlines: after the envelope's header, lines come in pairs. */
function parse(body) {
  const [headers, ...lines] = body.toString('utf8').trimEnd().split('\n');
  const items = [];
  for (let index = 0; index + 1 < lines.length; index += 2)
    items.push({ headers: JSON.parse(lines[index]), payload: JSON.parse(lines[index + 1]) });
  return { headers: JSON.parse(headers), items };
}

module.exports = { startReceiver };

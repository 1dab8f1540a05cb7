/** Answers one request with the help of two others, by `fetch` and by `get`, and ends. */
function start({ createServer, get }) {
  let base;
  const server = createServer(async (request, response) => {
    if (request.url === '/outer') {
      await (await fetch(`${base}/fetched`)).text();
      await new Promise(resolve => get(`${base}/got`, got => got.resume().on('end', resolve)));
    }
    response.end();
  });
  server.listen(0, '127.0.0.1', () => {
    base = `http://127.0.0.1:${server.address().port}`;
    get(`${base}/outer`, { agent: false }, outer =>
      outer.resume().on('end', () => {
        server.close();
        server.closeAllConnections();
      }),
    );
  });
}

module.exports = { start };

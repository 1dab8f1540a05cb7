// A stand-in for Sentry and for an OTLP collector, in a process of its own: reads, counts and answers at once.
import { createServer } from 'node:http';

const counts = { requests: 0, bytes: 0 };
const server = createServer((request, response) => {
  request.on('data', chunk => (counts.bytes += chunk.length));
  request.on('end', () => {
    counts.requests++;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
  });
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', message => {
  if (message === 'counts') process.send({ ...counts });
  if (message === 'reset') Object.assign(counts, { requests: 0, bytes: 0 });
});
process.on('disconnect', () => process.exit());

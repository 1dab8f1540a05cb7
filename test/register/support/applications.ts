const SERVE = `
let base;
const server = createServer(async (request, response) => {
  if (request.url !== '/outer') return response.end();
  await (await fetch(base + '/fetched')).text();
  get(base + '/got', got => got.resume().on('end', () => response.end()));
});
server.listen(0, '127.0.0.1', () => {
  base = 'http://127.0.0.1:' + server.address().port;
  get(base + '/outer', { agent: false }, outer => outer.resume().on('end', () => {
    server.close();
    server.closeAllConnections();
  }));
});
`;

/** Serves one request, which makes one with each client, and ends. */
export const SERVER = {
  'server.mjs': `import { createServer, get } from 'node:http';${SERVE}`,
  'server.cjs': `const { createServer, get } = require('node:http');${SERVE}`,
} as const;

/** Ends a span and prints whether it was recorded. */
export const ONE_SPAN = `
const { trace } = require('@opentelemetry/api');
const span = trace.getTracer('app').startSpan('work');
console.log('recording:', span.isRecording());
span.end();
`;

/** Runs until it is told to end. */
export const LASTING = `${ONE_SPAN}
setInterval(() => {}, 1000);
console.log('ready');
`;

import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { Bag } from './bag.js';
import { DeadlineError } from './deadline.js';
import type { Deadlines } from './deadlines.js';
import { connectionError, MAX_RESPONSE_BYTES, responseOf, type HttpClient } from './http-client.js';
import { withoutBrackets } from './http-host.js';
import type { HttpModule } from './http-module.js';
import type { HttpTarget } from './http-target.js';
import { toError } from './network-error.js';
import type { TransportResponse } from './transport.js';

/** Posts with Node's own HTTP client, over the connections of an agent: the application's, or one that knows a proxy. */
export function createAgentClient(
  http: HttpModule,
  agent: Agent,
  target: HttpTarget,
  deadlines: Deadlines,
): HttpClient {
  const fixedOptions = requestOptions(target, agent);
  const open = new Bag<ClientRequest>();
  return {
    post({ headers, body, timeoutMillis }, done) {
      const request = http.request({
        ...fixedOptions,
        headers: { ...headers, 'content-length': body.byteLength },
      });
      const takeOut = open.add(request);
      const forget = deadlines.watch(() => request.destroy(new DeadlineError(timeoutMillis)), timeoutMillis);
      answerOf(request, result => {
        takeOut();
        forget();
        done(result);
      });
      request.end(body);
    },
    destroy() {
      open.forEach(request => request.destroy(new Error('the transport was closed')));
    },
  };
}

function requestOptions({ url, ca, authorization }: HttpTarget, agent: Agent): RequestOptions {
  return {
    method: 'POST',
    protocol: url.protocol,
    hostname: withoutBrackets(url.hostname),
    ...(url.port === '' ? {} : { port: url.port }),
    path: url.pathname + url.search,
    ...(authorization === undefined ? {} : { auth: authorization }),
    ...(ca === undefined ? {} : { ca }),
    agent,
  };
}

function answerOf(request: ClientRequest, done: (result: TransportResponse | Error) => void): void {
  let answer: TransportResponse | undefined;
  let isDone = false;
  const finish = (error = new Error('the connection was closed')) => {
    if (isDone) return;
    isDone = true;
    done(answer ?? connectionError(error, request.reusedSocket));
  };
  // Whoever waits for the outcome holds the process; a request that nobody waits for must not.
  request.on('socket', socket => socket.unref());
  request.on('response', response => {
    answer = responseOf(response.statusCode ?? 0, response.headers);
    drain(response, finish);
  });
  request.on('error', error => finish(toError(error)));
  request.on('close', () => finish());
}

/** Reads the body to its end, so that the connection can be used again, unless it is unreasonably long. */
function drain(response: IncomingMessage, done: () => void): void {
  let remaining = MAX_RESPONSE_BYTES;
  response.on('data', (chunk: Uint8Array) => {
    remaining -= chunk.byteLength;
    if (remaining < 0) response.destroy();
  });
  response.on('end', () => done());
  response.on('close', () => done());
  response.on('error', () => done());
}

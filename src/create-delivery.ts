import { withoutSecrets } from './config/http-url.js';
import { DebugPrinter, type PrintLine } from './debug-printer.js';
import { createEventIds } from './event-id.js';
import { envelopeUrl, type Dsn } from './protocol/dsn.js';
import { SDK } from './sdk-info.js';
import type { Shared } from './shared.js';
import { createSpool } from './spool/create-spool.js';
import type { DeliveryObserver } from './transport/delivery-options.js';
import { Delivery } from './transport/delivery.js';
import { createProxyingAgentFactory } from './transport/http-proxy.js';
import { createHttpTransport } from './transport/http-transport.js';
import { combineObservers } from './transport/observers.js';
import { SpotlightOnly } from './transport/spotlight-only.js';
import { MAX_WAIT_MILLIS, Spotlight } from './transport/spotlight.js';
import type { Transport } from './transport/transport.js';

/** Delivery to a DSN as the options want it, with copies for Spotlight. */
export function createDelivery(shared: Shared, dsn: Dsn, print?: PrintLine): Delivery {
  const { config, losses, clock } = shared;
  const printer = startPrinter(config, print);
  const spotlight = createSpotlight(shared);
  return new Delivery({
    transport: closingToo(spotlight, config.transport ?? httpTransport(config, dsn, clock)),
    losses,
    clock,
    sdk: SDK,
    dsn: config.tunnel === undefined ? undefined : dsn,
    maxQueueBytes: config.maxQueueBytes,
    requestTimeoutMillis: config.requestTimeoutMillis,
    sendClientReports: config.sendClientReports,
    observer: combineObservers([spotlight, printer]),
    spool: createSpool({ spool: config.spool, dsn, clock, losses, id: createEventIds()() }),
  });
}

/** What there is instead of delivery without a DSN; undefined if the options do not want Spotlight either. */
export function createSpotlightOnly(shared: Shared, print?: PrintLine): SpotlightOnly | undefined {
  const spotlight = createSpotlight(shared, startPrinter(shared.config, print));
  return spotlight && new SpotlightOnly(spotlight);
}

function startPrinter(config: Shared['config'], print?: PrintLine): DebugPrinter | undefined {
  if (!config.debug) return undefined;
  const printer = new DebugPrinter(print);
  printer.started(config);
  return printer;
}

/** Copies go there directly and as they are: Spotlight runs where the application is developed. */
function createSpotlight({ config, clock }: Shared, observer?: DeliveryObserver): Spotlight | undefined {
  const url = config.spotlight;
  if (url === undefined) return undefined;
  const transport = createHttpTransport({ url, sdk: SDK, compression: 'none', clock });
  return new Spotlight({ transport, clock, sdk: SDK, address: withoutSecrets(url), observer });
}

/** Lets Spotlight end when delivery ends. Nobody waits for it. */
function closingToo(spotlight: Spotlight | undefined, transport: Transport): Transport {
  if (spotlight === undefined) return transport;
  return {
    send: (envelope, timeoutMillis) => transport.send(envelope, timeoutMillis),
    close() {
      void spotlight.close(MAX_WAIT_MILLIS);
      return transport.close?.();
    },
  };
}

function httpTransport(config: Shared['config'], dsn: Dsn, clock: Shared['clock']): Transport {
  const { headers, caCerts, agent, compression } = config;
  return createHttpTransport({
    url: config.tunnel ?? envelopeUrl(dsn, SDK),
    sdk: SDK,
    headers,
    caCerts,
    agent,
    createAgent: createProxyingAgentFactory(config.proxy),
    compression,
    clock,
  });
}

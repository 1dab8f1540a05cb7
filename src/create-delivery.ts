import { envelopeUrl, type Dsn } from './protocol/dsn.js';
import { SDK } from './sdk-info.js';
import type { Shared } from './shared.js';
import { Delivery } from './transport/delivery.js';
import { createHttpTransport } from './transport/http-transport.js';
import type { Transport } from './transport/transport.js';

/** Delivery to a DSN as the options want it. */
export function createDelivery({ config, losses, clock }: Shared, dsn: Dsn): Delivery {
  return new Delivery({
    transport: config.transport ?? httpTransport(config, dsn, clock),
    losses,
    clock,
    sdk: SDK,
    dsn: config.tunnel === undefined ? undefined : dsn,
    maxQueueBytes: config.maxQueueBytes,
    requestTimeoutMillis: config.requestTimeoutMillis,
    sendClientReports: config.sendClientReports,
  });
}

function httpTransport(config: Shared['config'], dsn: Dsn, clock: Shared['clock']): Transport {
  const { headers, caCerts, agent, compression } = config;
  return createHttpTransport({
    url: config.tunnel ?? envelopeUrl(dsn, SDK),
    sdk: SDK,
    headers,
    caCerts,
    agent,
    compression,
    clock,
  });
}

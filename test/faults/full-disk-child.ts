/**
 * An application whose spool is on a disk with little room. Fills it while Sentry cannot be reached, says what it knows,
 * then lets Sentry be reached, and closes when everything has left the disk.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { Transport } from '../../src/transport/transport.js';
import { jsonOf, parseEnvelope } from '../support/parse-envelope.js';
import { assertWire } from '../support/vectors/wire-rules.js';
import { Application } from './support/application.js';

const [directory = ''] = process.argv.slice(2);
const SMALL = 30;
const LARGE = 70;
const LARGE_CHARS = 8000;

const lines: string[] = [];
const record =
  (level: string) =>
  (...parts: unknown[]) =>
    void lines.push(`${level}: ${parts.slice(1).join(' ')}`);
const nothing = (): void => undefined;
diag.setLogger(
  { error: record('error'), warn: record('warn'), info: record('info'), debug: nothing, verbose: nothing },
  DiagLogLevel.INFO,
);

let isReachable = false;
const received: string[] = [];
const transport: Transport = {
  async send(bytes) {
    if (!isReachable) throw new Error('down');
    const envelope = parseEnvelope(bytes);
    assertWire(envelope);
    const { headers, items } = envelope;
    if (items.some(item => item.headers['type'] === 'transaction'))
      received.push(String(headers['event_id']));
    for (const item of items) if (item.headers['type'] === 'client_report') reports.push(jsonOf(item));
    return { statusCode: 200 };
  },
};
const reports: unknown[] = [];
const application = new Application({
  dsn: 'http://8f3c1d2e4b5a69788796a5b4c3d2e1f0@127.0.0.1/1',
  transport,
  spool: { directory },
});

function transactions(count: number, chars: number): void {
  for (let i = 0; i < count; i++) {
    const root = application.start(`job ${i}`);
    root.setAttribute('payload', 'x'.repeat(chars));
    application.endRoot(root);
  }
}

transactions(SMALL, 1);
await application.bridge.flush(10_000);
transactions(LARGE, LARGE_CHARS);
await application.bridge.flush(10_000);
const full = structuredClone(application.state());

isReachable = true;
transactions(1, 1);
while ((application.bridge.diagnose().delivery?.spool?.items ?? 0) > 0) await wait(20);
await application.bridge.close(5000);
console.log(JSON.stringify({ ...application.state(), full, lines, received, reports }));

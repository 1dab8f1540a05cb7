import { context, type Span } from '@opentelemetry/api';
import { describeSpan } from '../conversion/operation.js';
import { getActiveRootSpan, isReadable } from '../helpers/root/local-root.js';
import { servedRoute } from '../otel/rpc-metadata.js';

/** What a transaction is called, as far as it is known while it runs. */
export interface TransactionName {
  readonly text: string;
  /** It is made of the path of the request: any other name is better. */
  readonly isUrl: boolean;
}

/** Name of the transaction that `span` belongs to; `undefined` when its root has ended or is not recorded. */
export function transactionName(span: Span): TransactionName | undefined {
  const root = getActiveRootSpan(span);
  if (root === undefined || !isReadable(root)) return undefined;
  const { name, kind } = root;
  const route = servedRoute(context.active(), root);
  const attributes = route === undefined ? root.attributes : { 'http.route': route, ...root.attributes };
  const { description, source } = describeSpan({ name, kind, attributes });
  return { text: description, isUrl: source === 'url' };
}

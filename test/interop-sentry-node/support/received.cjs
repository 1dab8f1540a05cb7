/** What arrived, by what it is: payloads with the headers of their envelopes. */
class Received {
  constructor(bridge, sdk, service) {
    this.requests = service.requests;
    this.fromBridge = itemsOf(bridge.envelopes);
    this.fromSdk = itemsOf(sdk.envelopes);
  }

  get transactions() {
    return this.fromBridge.filter(({ type }) => type === 'transaction');
  }

  /** Errors and messages, whoever sent them. */
  get errors() {
    return [...this.fromBridge, ...this.fromSdk].filter(({ type }) => type === 'event');
  }

  /** The message or the text of the outermost exception decides which one is meant. */
  error(text) {
    const found = this.errors.filter(({ payload }) => textOf(payload) === text);
    if (found.length !== 1) throw new Error(`${found.length} events say "${text}"`);
    return found[0];
  }

  transaction(name) {
    const found = this.transactions.filter(({ payload }) => payload.transaction === name);
    if (found.length !== 1)
      throw new Error(`${found.length} transactions are called "${name}": ${this.transactionNames}`);
    return found[0];
  }

  get transactionNames() {
    return this.transactions.map(({ payload }) => payload.transaction).sort();
  }

  /** Of the SDK: `log`, `trace_metric` or `check_in`. */
  telemetry(type) {
    const items = this.fromSdk.filter(item => item.type === type);
    return items.flatMap(({ payload, trace }) => (payload.items ?? [payload]).map(item => ({ item, trace })));
  }
}

function itemsOf(envelopes) {
  return envelopes.flatMap(({ headers, items }) =>
    items.map(item => ({ type: item.headers.type, payload: item.payload, trace: headers.trace })),
  );
}

function textOf({ message, exception }) {
  return exception?.values?.at(-1)?.value ?? message;
}

module.exports = { Received };

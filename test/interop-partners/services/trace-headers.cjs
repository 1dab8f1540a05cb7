const NAMES = ['sentry-trace', 'baggage', 'traceparent', 'tracestate'];

/** The headers of a request that are about its trace: for each name, every line as it was on the wire. */
exports.traceHeadersOf = function traceHeadersOf({ rawHeaders }) {
  const lines = Object.fromEntries(NAMES.map(name => [name, []]));
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines[rawHeaders[index].toLowerCase()]?.push(rawHeaders[index + 1]);
  }
  return lines;
};

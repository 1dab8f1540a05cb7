const KEPT_HEADERS = ['content-type', 'content-encoding'];
const ANSWER_HEADERS = ['retry-after', 'x-sentry-rate-limits'];

/** A function that passes envelopes on to the project of a DSN. */
export function forwarderTo(dsn) {
  const { protocol, host, username, pathname } = new URL(dsn);
  const [, path, projectId] = /^(.*)\/(\d+)$/.exec(pathname);
  const url = `${protocol}//${host}${path}/api/${projectId}/envelope/`;
  return async (body, headers) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...pick(headers, KEPT_HEADERS),
        'x-sentry-auth': `Sentry sentry_version=7, sentry_key=${username}`,
      },
      body,
    });
    return {
      status: response.status,
      headers: pick(Object.fromEntries(response.headers), ANSWER_HEADERS),
      body: await response.text(),
    };
  };
}

/** Where Sentry shows a trace. The name of the organisation is not in a DSN. */
export function traceLink(dsn, traceId) {
  const { protocol, host } = new URL(dsn);
  const path = `explore/traces/trace/${traceId}/`;
  return host.endsWith('sentry.io')
    ? `https://<organisation>.sentry.io/${path}`
    : `${protocol}//${host}/organizations/<organisation>/${path}`;
}

function pick(headers, names) {
  return Object.fromEntries(names.filter(name => name in headers).map(name => [name, headers[name]]));
}

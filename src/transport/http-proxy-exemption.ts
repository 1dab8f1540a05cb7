import { portOf, withoutBrackets } from './http-host.js';

/** `[address]`, or anything that is no bare IPv6 address; then a port. */
const WITH_PORT = /^(\[[^\]]*\]|[^:]*):(\d+)$/;

/**
 * Whether the value of `NO_PROXY` says to connect to `target` directly: `host` with its subdomains, `.domain` or
 * `*.domain` for subdomains only, IP addresses, each with or without a port, or `*`; separated by commas or blanks.
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function isExempt(target: URL, noProxy: string): boolean {
  const host = withoutBrackets(target.hostname);
  const port = String(portOf(target));
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some(entry => entry !== '' && covers(entry, host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  const [, name = entry, onlyPort] = WITH_PORT.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (name.startsWith('*')) return host.endsWith(name.slice(1));
  if (name.startsWith('.')) return host.endsWith(name);
  const exact = withoutBrackets(name);
  return host === exact || host.endsWith(`.${exact}`);
}

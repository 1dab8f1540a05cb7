/** Whether a text is a complete http or https URL that requests can be sent to, credentials included. */
export function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/[^/]/.test(text)) return false;
  try {
    const { username, password } = new URL(text);
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** A URL as it may be shown: neither credentials nor query. */
export function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

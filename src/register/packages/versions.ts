/** First two numbers of a version; `NaN` where there are none. */
export function parseVersion(version: string): { readonly major: number; readonly minor: number } {
  const [major = '', minor = ''] = version.split('.');
  return { major: Number.parseInt(major, 10), minor: Number.parseInt(minor, 10) };
}

/** Whether `version` is `major.minor` or later. */
export function isAtLeast(version: string, major: number, minor: number): boolean {
  const given = parseVersion(version);
  return given.major > major || (given.major === major && given.minor >= minor);
}

/** The line of the OpenTelemetry SDK that one of its packages belongs to. */
export function sdkLine(version: string): 2 | 3 {
  return isAtLeast(version, 3, 0) ? 3 : 2;
}

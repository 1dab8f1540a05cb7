const FRAME = /(file:\/\/\/.+?):\d+:\d+\)?$/m;

/** Path or URL of a file of this package; undefined when Node does not tell. */
export function ownLocation(): string | undefined {
  // The package is CommonJS; an application bundled with it may be an ES module, which has no such name.
  return typeof __filename === 'string' ? __filename : topmostFile(new Error('here').stack);
}

/** URL of the ES module at the top of a stack. */
export function topmostFile(stack: string | undefined): string | undefined {
  return FRAME.exec(stack ?? '')?.[1];
}

/**
 * For suites that need a program npm cannot install: skips them and says why. Where `CI` is set everything has to be
 * there, so they fail.
 */
export function skipOrFail(context: Mocha.Context, reason: string, cause?: unknown): void {
  if (process.env['CI']) throw new Error(reason, { cause });
  console.log(`    skipped: ${reason}`);
  context.skip();
}

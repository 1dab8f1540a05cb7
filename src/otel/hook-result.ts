/**
 * Whether a function of the application's that must answer at once returned a promise. Its rejection is taken note of,
 * so that it does not end the process.
 */
export function isPromise(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !hasThen(result)) return false;
  Promise.resolve(result).catch(() => undefined);
  return true;
}

function hasThen(result: object): result is PromiseLike<unknown> {
  return 'then' in result && typeof result.then === 'function';
}

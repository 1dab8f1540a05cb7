/** Anything with properties. What a Sentry SDK hands over is of a version that is not known here. */
export type UnknownRecord = Record<string, unknown>;

export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null;
}

/** `value` if it has properties, else something without any. */
export function recordOf(value: unknown): UnknownRecord {
  return isRecord(value) ? value : {};
}

/** What a method returns; `undefined` when there is no such method. */
export function ask(target: UnknownRecord, method: string, ...args: unknown[]): unknown {
  const implementation = target[method];
  return typeof implementation === 'function' ? Reflect.apply(implementation, target, args) : undefined;
}

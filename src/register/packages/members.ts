/** Something that can be made with `new`, of a package we know only by name. */
export type Constructor<T> = new (options?: object) => T;

/** A property of anything. */
export function member(value: unknown, name: PropertyKey): unknown {
  const hasMembers = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return hasMembers ? Reflect.get(value, name) : undefined;
}

export function hasMethods(value: unknown, names: readonly string[]): boolean {
  return names.every(name => typeof member(value, name) === 'function');
}

/** Whether instances of a class will have these methods. */
export function isClassWith<T>(
  value: unknown,
  methods: readonly (keyof T & string)[],
): value is Constructor<T> {
  return typeof value === 'function' && hasMethods(member(value, 'prototype'), methods);
}

import process from 'node:process';

/** Calls back once when the process has nothing left to do. Returns a function that takes the callback back. */
export type NaturalExit = (callback: () => void) => () => void;

/** https://nodejs.org/api/process.html#event-beforeexit: not emitted after `process.exit()` or a signal. */
export const naturalExit: NaturalExit = callback => {
  // Once: work begun in the callback makes Node emit the event again when that is done.
  process.once('beforeExit', callback);
  return () => process.off('beforeExit', callback);
};

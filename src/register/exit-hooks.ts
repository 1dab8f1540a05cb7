type Listener = NodeJS.SignalsListener;

/** What of `process` deals with signals. */
export interface SignalSource {
  readonly pid: number;
  prependListener(signal: NodeJS.Signals, listener: Listener): unknown;
  off(signal: NodeJS.Signals, listener: Listener): unknown;
  listenerCount(signal: string): number;
  kill(pid: number, signal: string): unknown;
}

export interface Closable {
  flush(): Promise<unknown>;
  close(): Promise<unknown>;
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/**
 * Sends what has ended when the process is told to end. Where nobody else listens, the signal then takes its course, so
 * that the exit status is the signal's; a second one does so at once. Where somebody does, ending is left to them.
 *
 * The natural end needs nothing: the bridge flushes before it by itself.
 */
export function installExitHooks(signals: SignalSource, bridge: Closable): void {
  const onSignal: Listener = signal => {
    // Libraries look for other listeners to find out whether it is up to them to end the process.
    signals.off(signal, onSignal);
    if (signals.listenerCount(signal) === 0) {
      void bridge.close().finally(() => signals.kill(signals.pid, signal));
    } else {
      void bridge.flush().finally(() => signals.prependListener(signal, onSignal));
    }
  };
  // First in line: a listener that was added with `once` is gone when its turn has passed.
  for (const signal of SIGNALS) signals.prependListener(signal, onSignal);
}

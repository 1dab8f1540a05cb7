import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { installExitHooks } from '../../src/register/exit-hooks.js';

class FakeProcess extends EventEmitter {
  readonly pid = 42;
  readonly killed: string[] = [];

  kill(pid: number, signal: string): void {
    this.killed.push(`${pid} ${signal}`);
  }
}

/** A bridge whose flush and close end when told to. */
class FakeBridge {
  readonly calls: string[] = [];
  finish: () => void = () => undefined;

  flush(): Promise<void> {
    return this.#begin('flush');
  }

  close(): Promise<void> {
    return this.#begin('close');
  }

  #begin(call: string): Promise<void> {
    this.calls.push(call);
    return new Promise(resolve => (this.finish = resolve));
  }
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

describe('installExitHooks', () => {
  let host: FakeProcess;
  let bridge: FakeBridge;
  beforeEach(() => {
    host = new FakeProcess();
    bridge = new FakeBridge();
  });

  for (const signal of ['SIGTERM', 'SIGINT']) {
    it(`closes the bridge on ${signal}, then lets the signal take its course`, async () => {
      installExitHooks(host, bridge);
      host.emit(signal, signal);
      await turn();
      assert.deepEqual({ calls: bridge.calls, killed: host.killed }, { calls: ['close'], killed: [] });
      assert.equal(host.listenerCount(signal), 0, 'a second signal must end the process');
      bridge.finish();
      await turn();
      assert.deepEqual(host.killed, [`42 ${signal}`]);
    });
  }

  it('leaves the end to others that listen, and hears the next signal as well', async () => {
    installExitHooks(host, bridge);
    host.on('SIGTERM', () => undefined);
    host.emit('SIGTERM', 'SIGTERM');
    bridge.finish();
    await turn();
    host.emit('SIGTERM', 'SIGTERM');
    bridge.finish();
    await turn();
    assert.deepEqual({ calls: bridge.calls, killed: host.killed }, { calls: ['flush', 'flush'], killed: [] });
  });

  it('notices listeners that hear only once, in whatever order they came', async () => {
    host.once('SIGTERM', () => undefined);
    installExitHooks(host, bridge);
    host.emit('SIGTERM', 'SIGTERM');
    bridge.finish();
    await turn();
    assert.deepEqual(host.killed, []);
  });

  it('is not seen by libraries that end the process when nobody else listens', () => {
    const seen: number[] = [];
    installExitHooks(host, bridge);
    host.on('SIGTERM', () => seen.push(host.listenerCount('SIGTERM')));
    host.emit('SIGTERM', 'SIGTERM');
    assert.deepEqual(seen, [1]);
  });
});

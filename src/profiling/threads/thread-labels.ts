import type { ReadableSpan, WritableSpan } from '../../otel/types.js';
import type { Thread } from '../current-thread.js';

/** Says which thread spans and samples belong to. */
export interface ThreadLabels {
  rootStarted(root: WritableSpan, segment: object): Thread;
  childStarted(span: WritableSpan, segment: object): Thread;
  rootEnded(root: ReadableSpan, segment: object): void;
  /** Of a busy sample, by its time on the clock of the recorder. */
  threadAt(micros: number): string;
  nameOf(threadId: string): string;
  /** Samples are being taken. */
  begin(): void;
  /** No more of them. */
  end(): void;
}

/** All is done by the thread we are in. */
export class OneThread implements ThreadLabels {
  readonly #thread: Thread;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  rootStarted(): Thread {
    return this.#thread;
  }

  childStarted(): Thread {
    return this.#thread;
  }

  rootEnded(): void {}

  threadAt(): string {
    return String(this.#thread.id);
  }

  nameOf(): string {
    return this.#thread.name;
  }

  begin(): void {}

  end(): void {}
}

// Compiled with `experimentalDecorators`, as NestJS and others want it. Prints the names of the spans and the mistake.
import { trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { traced } from '../../../../src/index.js';

const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);

class Mailer {
  readonly from = 'shop';

  @traced()
  send(to: string): string {
    return `${this.from} to ${to}`;
  }

  @traced({ name: 'deliver', op: 'task' })
  async deliver(): Promise<number> {
    return this.size;
  }

  @traced()
  get size(): number {
    return 3;
  }

  @traced()
  static create(): Mailer {
    return new Mailer();
  }
}

const mailer = Mailer.create();
const results = [mailer.send('you'), await mailer.deliver()];

/** For a field there is nothing to wrap yet. */
function decorateField(): unknown {
  class Broken {
    // @ts-expect-error: not a method
    @traced()
    total = 1;
  }
  return Broken;
}

let mistake = '';
try {
  decorateField();
} catch (error) {
  mistake = String(error);
}
console.log(JSON.stringify({ results, spans: exporter.getFinishedSpans().map(({ name }) => name), mistake }));

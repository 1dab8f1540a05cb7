import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { guard } from '../otel/diagnostics.js';

/** Runs propagators in order, each shielded from the failures of the others. */
export class CompositePropagator implements TextMapPropagator {
  readonly #propagators: readonly TextMapPropagator[];

  constructor(propagators: readonly TextMapPropagator[]) {
    this.#propagators = propagators;
  }

  fields(): string[] {
    return [...new Set(this.#propagators.flatMap(propagator => propagator.fields()))];
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    for (const propagator of this.#propagators) {
      guard('writing headers', undefined, () => propagator.inject(context, carrier, setter));
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.#propagators.reduce(
      (current, propagator) =>
        guard('reading headers', current, () => propagator.extract(current, carrier, getter)),
      context,
    );
  }
}

import { guard } from '../otel/diagnostics.js';
import type { DeliveryObserver } from './delivery-options.js';

/** Makes one observer of several. What one of them throws is logged and keeps nothing from the others. */
export function combineObservers(
  observers: readonly (DeliveryObserver | undefined)[],
): DeliveryObserver | undefined {
  const present = observers.filter(observer => observer !== undefined);
  if (present.length === 0) return undefined;
  const tell = (what: (observer: DeliveryObserver) => void) => {
    for (const observer of present) guard('a delivery observer', undefined, () => what(observer));
  };
  return {
    onHandedOver: envelope => tell(observer => observer.onHandedOver?.(envelope)),
    onSettled: (outcome, envelope) => tell(observer => observer.onSettled?.(outcome, envelope)),
  };
}

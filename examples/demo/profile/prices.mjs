/** Finds a price the slow way: the function that the flame graph has to show. */
function searchPrice(millis) {
  const end = performance.now() + millis;
  let price = 0;
  while (performance.now() < end) for (let step = 1; step < 2000; step++) price += Math.sqrt(step);
  return price;
}

export function quote(items) {
  let total = 0;
  for (const millis of items) total += searchPrice(millis);
  return total;
}

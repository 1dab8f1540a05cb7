export function burn(millis) {
  const end = performance.now() + millis;
  let sum = 0;
  while (performance.now() < end) for (let step = 1; step < 2000; step++) sum += Math.sqrt(step);
  return sum;
}

export function outer(millis) {
  return burn(millis) + 1;
}

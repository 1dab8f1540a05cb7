/** Runs a function over items, in order, some of them at once. */
export async function atOnce(limit, items, body) {
  const waiting = Array.from(items);
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await body(item);
  };
  await Promise.all(Array.from({ length: limit }, work));
}

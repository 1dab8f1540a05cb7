const isChild = process.send !== undefined;

// A child ends when its parent is gone, however that ended.
if (isChild) {
  process.once('disconnect', () => process.exit(1));
  process.channel?.unref();
}

/**
 * Says where to reach this process: to the one that started it, or to whoever reads its output.
 *
 * @param {string} address
 */
exports.announce = function announce(address) {
  if (!isChild) console.log(address);
  else if (process.connected) process.send({ address }, error => error && process.exit(1));
  else process.exit(1);
};

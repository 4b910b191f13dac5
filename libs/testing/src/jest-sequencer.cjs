// Jest learns how long specs take only by running them, and on a fresh machine begins with the largest files. A long one that begins
// last is waited for alone, so the longest known ones begin first, in this order.
const Sequencer = require('@jest/test-sequencer').default;
const LONGEST = require('./longest-specs.cjs');

module.exports = class LongestFirst extends Sequencer {
  async sort(tests) {
    const known = (path) => LONGEST.findIndex((file) => path.endsWith(`/${file}`));
    const place = (path) => (known(path) < 0 ? LONGEST.length : known(path));
    const others = await super.sort(tests);
    return [...others].sort((a, b) => place(a.path) - place(b.path));
  }
};

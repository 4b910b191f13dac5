// Jest learns how long specs take only by running them, and on a fresh machine begins with the largest files. A long one that begins
// last is waited for alone, so the longest known ones begin first, in this order.
const Sequencer = require('@jest/test-sequencer').default;

const LONGEST = [
  'libs/messaging/src/events/long-transaction.spec.ts',
  'libs/messaging/src/events/healing.spec.ts',
  'services/dealers/src/duties/duty-year.spec.ts',
  'services/dealers/src/duties/duty-exactly-one.spec.ts',
  'deploy/docker/prune.spec.ts',
  'services/insights/src/model/rebuild.spec.ts',
  'libs/quality/src/generator.spec.ts',
  'services/gateway/src/print/prints.spec.ts',
  'libs/quality/src/boundaries.spec.ts',
  'services/repairs/src/handover/handover.job.spec.ts',
  'deploy/local/platform.spec.ts',
  'deploy/local/backup.spec.ts',
  'e2e/src/access/access.spec.ts',
  'e2e/src/imports/unit-import.spec.ts',
];

module.exports = class LongestFirst extends Sequencer {
  async sort(tests) {
    const known = (path) => LONGEST.findIndex((file) => path.endsWith(`/${file}`));
    const place = (path) => (known(path) < 0 ? LONGEST.length : known(path));
    const others = await super.sort(tests);
    return [...others].sort((a, b) => place(a.path) - place(b.path));
  }
};

module.exports.LONGEST = LONGEST;

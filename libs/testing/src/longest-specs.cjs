// The specs that take longest, the longest first.
module.exports = [
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
  'e2e/src/model/calls.spec.ts',
  'e2e/src/access/access.spec.ts',
  'e2e/src/imports/unit-import.spec.ts',
  'e2e/src/model/parts/parts.spec.ts',
];

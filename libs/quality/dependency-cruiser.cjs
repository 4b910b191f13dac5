// The directions Nx cannot see because they lie inside one project, and the services' independence once more.
// Run by `npm run boundaries`; boundaries.spec.ts plants a violation of each kind.
const rules = '\\.rules\\.ts$';
/** Specs and what they share; none of it is compiled into dist. */
const specs = '(\\.(spec|fixture)\\.ts$|/src/spec(-support)?/)';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or a third one is missing.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'rules-are-pure',
      comment: 'A *.rules.ts file reaches other rules, libs/domain and libs/contracts only: hand it plain data instead.',
      severity: 'error',
      from: { path: rules },
      to: { pathNot: [rules, '^libs/domain/', '^libs/contracts/'] },
    },
    {
      name: 'services-are-strangers',
      comment: 'A service never imports another one: ask it over the bus or listen to its events.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'entities-know-no-handlers',
      comment: 'An entity is columns; what happens to it stands in handlers, events and jobs.',
      severity: 'error',
      from: { path: '\\.entity\\.ts$' },
      to: { path: '\\.(handlers|events|job|module|controller)\\.ts$' },
    },
    {
      name: 'contracts-stand-alone',
      comment: 'libs/contracts is generated from proto/ and needs the protobuf runtime only.',
      severity: 'error',
      from: { path: '^libs/contracts/src/' },
      to: { pathNot: ['^libs/contracts/', 'node_modules/@bufbuild/protobuf/'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'libs/domain is arithmetic: no database, no bus, no clock, no files.',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: specs },
      to: { pathNot: ['^libs/domain/', 'node_modules/(decimal\\.js|temporal-polyfill|temporal-spec|nzh|uuidv7)/', '^crypto$'] },
    },
    {
      name: 'libs-know-no-service',
      comment: 'A library serves every service and knows none.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^services/' },
    },
    {
      name: 'libs-through-their-index',
      comment: 'Import @aftercare/<lib>; what its index does not export is its own business.',
      severity: 'error',
      from: { path: '^(services|e2e)/' },
      to: { path: '^libs/[^/]+/src/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'test-helpers-stay-in-tests',
      comment: 'libs/testing starts servers; running code must not load it.',
      severity: 'error',
      from: { path: '^(services|libs)/', pathNot: [specs, '^libs/(testing|quality)/'] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'fixtures-stay-in-tests',
      comment: 'A fixture is not compiled; running code must not load it.',
      severity: 'error',
      from: { path: '^(services|libs)/', pathNot: specs },
      to: { path: specs },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere: generate the contracts first, or mend the path.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};

// Nest 12 is ESM; on Node 20 jest runs CommonJS, so swc turns those packages into CommonJS as well.
const swc = (syntax) => ['@swc/jest', {
  swcrc: false,
  jsc: {
    parser: { syntax, decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
}];
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/libs', '<rootDir>/services', '<rootDir>/deploy', '<rootDir>/e2e'],
  testRegex: '\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  moduleNameMapper: {
    '^@aftercare/([a-z]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.m?js$': swc('ecmascript') },
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|@opentelemetry/otlp-exporter-base|file-type|strtok3|token-types|@tokenizer|uint8array-extras|load-esm|@borewit|cookie|hucre|uuidv7|temporal-polyfill|temporal-utils)/)',
  ],
  globalSetup: '<rootDir>/libs/testing/src/jest-global-setup.cjs',
  globalTeardown: '<rootDir>/libs/testing/src/jest-global-teardown.cjs',
  testSequencer: '<rootDir>/libs/testing/src/jest-sequencer.cjs',
  testTimeout: 30000,
};

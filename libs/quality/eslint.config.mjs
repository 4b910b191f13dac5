// One lint configuration for every project. Run it only through Nx (`npm run lint`): without Nx's project graph
// the boundary rule skips itself and reports nothing (boundaries.spec.ts plants violations to prove that it bites).
import { readFileSync } from 'node:fs';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const services = JSON.parse(readFileSync(new URL('../../deploy/services.json', import.meta.url), 'utf8'));

const shared = ['type:lib', 'type:contract'];
const depConstraints = [
  { sourceTag: 'type:contract', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:lib', onlyDependOnLibsWithTags: shared },
  { sourceTag: 'type:service', onlyDependOnLibsWithTags: shared },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: shared },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: shared },
  { sourceTag: 'scope:shared', onlyDependOnLibsWithTags: ['scope:shared'] },
  ...services.map(({ name }) => ({
    sourceTag: `scope:${name}`,
    onlyDependOnLibsWithTags: ['scope:shared', `scope:${name}`],
  })),
];
/** Specs of a library use libs/testing, which starts the library; dependency-cruiser keeps it out of running code. */
const ignoredCircularDependencies = [['testing', 'service'], ['testing', 'messaging'], ['testing', 'domain']];
const boundaries = (allow) => ['error', { enforceBuildableLibDependency: false, allow, depConstraints, ignoredCircularDependencies }];

export default [
  { ignores: ['**/dist/**', '**/node_modules/**', 'libs/contracts/src/gen/**', 'libs/quality/generators/*/files/**'] },
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.cjs'],
    languageOptions: { parser: tseslint.parser, ecmaVersion: 2023 },
    plugins: { '@nx': nx, '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': boundaries([]),
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-duplicate-imports': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-unsafe-finally': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['libs/*/src/**/*.ts', 'services/*/src/**/*.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'error', 'no-console': 'error' },
  },
  {
    // Tests, stories and tools start the same PostgreSQL and NATS as `npm start`, so they may reach those scripts.
    files: ['libs/testing/**', 'libs/quality/**', 'e2e/**'],
    rules: { '@nx/enforce-module-boundaries': boundaries(['^(\\.\\./)+deploy/.+\\.(mjs|json)$']) },
  },
  {
    // Demo data are the stories' steps, replayed in bulk.
    files: ['deploy/local/seed.mjs'],
    rules: { '@nx/enforce-module-boundaries': boundaries(['^(\\.\\./)+e2e/dist/.+\\.js$']) },
  },
];

// A promise nobody waits for loses its error. These rules need types, so they run once over one program of everything
// and not project by project: nx run quality:promises, part of `npm run lint`.
import tseslint from 'typescript-eslint';

export default [
  { ignores: ['**/dist/**', '**/node_modules/**', 'libs/contracts/src/gen/**', '**/*.mjs', '**/*.cjs'] },
  {
    files: ['libs/*/src/**/*.ts', 'services/*/src/**/*.ts', 'e2e/src/**/*.ts'],
    languageOptions: { parser: tseslint.parser, parserOptions: { project: './tsconfig.json' } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/no-misused-promises': 'error' },
  },
];

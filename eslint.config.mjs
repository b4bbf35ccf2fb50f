import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { house } from './scripts/check/house-rules.mjs';

const tests = ['**/*.spec.ts', '**/*-spec.ts', 'apps/*/test/**/*.ts'];
/** Tools that insist on a default export find one here and nowhere else. */
const defaultExportsDemanded = [
  'migrations/data-source.ts',
  'libs/testing/src/jest-global-*.ts',
  '**/*.config.{ts,mjs}',
  '.dependency-cruiser.mjs',
];
const environmentReaders = [
  ...tests,
  'libs/config/**',
  'libs/testing/**',
  'migrations/data-source.ts',
  'apps/cli/src/main.ts',
];
const moneyFiles = [
  'libs/positions/src/domain/**/*.ts',
  'libs/kernel/src/**/*{money,decimal,currency,amount}*.ts',
];

export default defineConfig(
  {
    // The last is generated from the OpenAPI document.
    ignores: ['**/dist/', '**/coverage/', '.data/', '**/gate-fixtures/', 'libs/client/src/schema.ts'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, plugins: { house } },
  {
    files: ['**/*.{ts,mjs}'],
    ignores: defaultExportsDemanded,
    rules: { 'house/no-default-export': 'error' },
  },
  {
    files: ['**/*.{ts,mjs}'],
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-async-promise-executor': 'error',
      'no-empty': 'error',
      'no-loss-of-precision': 'error',
      'no-self-compare': 'error',
      'no-unsafe-finally': 'error',
      'no-unsafe-optional-chaining': 'error',
      'max-lines': ['error', { max: 300 }],
      'house/function-length': ['error', 70],
      'house/names': 'error',
      'house/explain-disable': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Adapters in memory answer promises because their port does, with nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      'house/no-forward-ref': 'error',
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts', 'migrations/**/*.ts'],
    ignores: environmentReaders,
    rules: { 'house/no-process-env': 'error' },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['apps/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['**/domain/**/*.ts'],
    ignores: tests,
    rules: { 'house/pure-domain': 'error' },
  },
  {
    files: moneyFiles,
    ignores: tests,
    rules: { 'house/no-floating-money': 'error' },
  },
  {
    files: ['**/persistence/**/*.ts'],
    ignores: tests,
    rules: { 'house/no-save': 'error' },
  },
  {
    files: tests,
    rules: {
      'max-lines': ['error', { max: 400 }],
      'house/no-skipped-test': 'error',
      // Answers that came over the wire are asserted whole; a type for each would only repeat the assertion.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);

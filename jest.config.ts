import type { Config } from 'jest';

const config: Config = {
  rootDir: '.',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/migrations', '<rootDir>/scripts'],
  testMatch: ['**/*.spec.ts', '**/*.e2e-spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/gate-fixtures/', '\\.system\\.spec\\.ts$'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^#([^/]+)/testing$': '<rootDir>/libs/$1/src/testing.ts',
    '^#([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  globalSetup: '<rootDir>/libs/testing/src/jest-global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/jest-global-teardown.ts',
  // What hangs fails late, and nothing fails since a machine is slow.
  testTimeout: 90_000,
  // Jest would leave one of two cores to a developer; half of a suite's time is spent waiting for a server.
  maxWorkers: 2,
  coverageProvider: 'v8',
  coverageDirectory: '<rootDir>/coverage',
  coverageReporters: ['text-summary', 'lcovonly'],
  collectCoverageFrom: [
    'libs/kernel/src/*.ts',
    'libs/*/src/domain/**/*.ts',
    'libs/persistence/src/**/*.ts',
    '!**/*.spec.ts',
    '!**/{testing,test-tables}.ts',
  ],
  // A floor under `npm run coverage`, which only ever rises.
  coverageThreshold: { global: { lines: 95, branches: 95, functions: 90 } },
};

export default config;

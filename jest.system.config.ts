import type { Config } from 'jest';
import config from './jest.config.ts';

/** What needs Debian's packages, and the contract suites once more on the oldest PostgreSQL that is supported. */
const systemConfig: Config = {
  ...config,
  testMatch: ['**/*.system.spec.ts', '**/*.contract.spec.ts', '<rootDir>/migrations/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/gate-fixtures/'],
};

export default systemConfig;

export { BACKENDS, type Backend } from './backends.js';
export { EmbeddedPostgres } from './embedded-postgres.js';
export { FixedClock } from './fixed-clock.js';
export { commandLine, endWithThisProcess, isAlive } from './server-process.js';
export { ensureServiceUser, SERVICE_USER, withClient } from './service-user.js';
export { openEmptyDatabase, openTestDatabase, type TestDatabase } from './test-databases.js';

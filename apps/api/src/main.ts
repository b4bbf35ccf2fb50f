import { ConfigurationError, loadConfiguration } from '#config';
import { explainFault } from '#persistence';
import { createApp } from './create-app.js';
import { buildLogger, endOnUncaughtError } from './logging.js';
import { requireNode } from './require-node.js';

/** Exit status of a process whose configuration is at fault (EX_CONFIG of sysexits.h). */
const EXIT_CONFIGURATION = 78;

try {
  requireNode();
  const configuration = loadConfiguration();
  const logger = buildLogger(configuration.logLevel);
  endOnUncaughtError(logger);
  for (const warning of configuration.warnings) logger.warn(warning);
  const app = await createApp(configuration, logger);
  app.enableShutdownHooks([], { useProcessExit: true });
  await app.listen(configuration.http.port, configuration.http.host);
  const { backend } = configuration.store;
  if (backend === 'memory') logger.warn('Everything is kept in memory and lost when this process ends.');
  logger.info({ url: await app.getUrl(), backend }, 'The service is listening.');
} catch (error) {
  process.stderr.write(`${explainFault(error)}\n`);
  process.exit(error instanceof ConfigurationError ? EXIT_CONFIGURATION : 1);
}

export {
  ConfigurationError,
  loadConfiguration,
  loadMigrationsDatabase,
  loadRootApiKeys,
  loadStoreConfiguration,
  type Configuration,
} from './configuration.js';
export { settingsSchema } from './settings.js';

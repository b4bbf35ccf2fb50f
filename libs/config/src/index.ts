export {
  ConfigurationError,
  loadConfiguration,
  loadMigrationsDatabase,
  loadStoreConfiguration,
  type Configuration,
} from './configuration.js';
export { settingsSchema } from './settings.js';

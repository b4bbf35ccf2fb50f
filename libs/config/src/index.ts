export {
  ConfigurationError,
  loadConfiguration,
  loadDatabaseTls,
  type Configuration,
} from './configuration.js';
export { settingsSchema } from './settings.js';

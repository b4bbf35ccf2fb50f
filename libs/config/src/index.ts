export { ConfigurationError, loadConfiguration, type Configuration } from './configuration.js';
export { settingsSchema } from './settings.js';

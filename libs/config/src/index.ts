export { ConfigurationError, loadConfiguration, type Configuration } from './configuration.js';

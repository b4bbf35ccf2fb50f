export { AssetsService } from './assets.service.js';

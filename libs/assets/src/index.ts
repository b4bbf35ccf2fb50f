export { AssetsModule } from './assets.module.js';
export { AssetsService } from './assets.service.js';
export { requireTemplateAllows } from './domain/require-template-allows.js';

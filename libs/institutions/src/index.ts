export { FoundingSteps } from './founding-steps.js';
export { InstitutionsModule } from './institutions.module.js';
export { InstitutionsService } from './institutions.service.js';

import { Configured } from '#config';
import { PositionsModule } from '#positions';

export const app = [Configured, PositionsModule];

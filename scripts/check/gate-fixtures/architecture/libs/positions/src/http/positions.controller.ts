import { Read } from '#http';
import type { Position } from '../domain/position.js';
import { PositionsService } from '../positions.service.js';

export class PositionsController {
  readonly knows: [Position?] = [];
  readonly asks = [Read, PositionsService];
}

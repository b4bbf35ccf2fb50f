import type { QueryRunner } from 'typeorm';

export class CreatePositions {
  runner?: QueryRunner;
}

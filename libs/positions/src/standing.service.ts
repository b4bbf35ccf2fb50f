import { PLATFORM_SCOPE } from '#kernel';
import { Injectable } from '@nestjs/common';
import { PositionRepository } from './domain/position-repository.js';
import { standingOf, type Standing } from './domain/position-totals.js';

/** What the whole service holds, for whoever runs it: no caller is asked, and no institution can be told from it. */
@Injectable()
export class StandingService {
  constructor(private readonly positions: PositionRepository) {}

  /**
   * Of all institutions together, with one statement that looks at every position.
   *
   * @throws StoreUnavailable
   */
  async read(): Promise<Standing> {
    return standingOf(await this.positions.totals(PLATFORM_SCOPE));
  }
}

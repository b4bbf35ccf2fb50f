import type { Scope } from '#kernel';
import { Injectable } from '@nestjs/common';
import { positionFaults } from './domain/position-faults.js';
import { PositionRecords } from './domain/position-records.js';
import { verifyPosition, type Verification } from './domain/verify-position.js';

/** What verification found, and of which position. */
export interface VerifiedPosition extends Verification {
  readonly institutionId: string;
  readonly positionId: string;
}

/** Says whether what is stored of positions is what was once decided. */
@Injectable()
export class VerificationService {
  constructor(private readonly records: PositionRecords) {}

  /** @throws DomainError `position.unknown` */
  async verify(scope: Scope, id: string): Promise<Verification> {
    const record = await this.records.find(scope, id);
    if (record === undefined) throw positionFaults['position.unknown'].because('There is no such position.');
    return verifyPosition(record);
  }

  /** Every position, and every position that there is nothing but history of, one after the other. */
  async *verifyAll(scope: Scope): AsyncGenerator<VerifiedPosition> {
    for await (const record of this.records.all(scope)) {
      const { institutionId, positionId } = record;
      yield { institutionId, positionId, ...verifyPosition(record) };
    }
  }

  /** How many positions there are to verify. */
  async count(scope: Scope): Promise<number> {
    return this.records.count(scope);
  }
}

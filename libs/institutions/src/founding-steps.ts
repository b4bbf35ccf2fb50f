import type { Changes } from '#kernel';
import { Injectable } from '@nestjs/common';
import type { Institution } from './domain/institution.js';

export type FoundingStep = (changes: Changes, institution: Institution) => void;

/**
 * What other rooms write in the commit that founds an institution. They add their step at start, so that
 * this room need not know them.
 */
@Injectable()
export class FoundingSteps {
  private readonly steps: FoundingStep[] = [];

  add(step: FoundingStep): void {
    this.steps.push(step);
  }

  stage(changes: Changes, institution: Institution): void {
    for (const step of this.steps) step(changes, institution);
  }
}

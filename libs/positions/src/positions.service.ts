import { AssetsService, requireTemplateAllows } from '#assets';
import type { Decision } from '#commands';
import { Clock, Money, newId, requireScope, type Page, type PageRequest, type Scope } from '#kernel';
import { PoliciesService, requirePolicyAllows, type Policy } from '#policies';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { LedgerEvent } from './domain/ledger-event.js';
import { LedgerEventRepository, type LedgerFilter } from './domain/ledger-event-repository.js';
import { checkLifecycle, LIFECYCLE } from './domain/lifecycle.js';
import { openPosition, type Happened, type Made } from './domain/open-position.js';
import type { Position } from './domain/position.js';
import type { PositionEvent, PositionWithEvents } from './domain/position-event.js';
import { PositionEventRepository } from './domain/position-event-repository.js';
import { positionFaults } from './domain/position-faults.js';
import { PositionRepository, type PositionFilter } from './domain/position-repository.js';
import {
  isRefund,
  requireWellFormed,
  transitionPosition,
  type Transition,
} from './domain/transition-position.js';

/** A claim as a caller states it. */
export interface Claim {
  /** Follows from the asset; only an asset of this institution will do, if given. */
  readonly institutionId?: string;
  readonly assetId: string;
  readonly holderReference: string;
  readonly currency: string;
  readonly amount: string;
  readonly externalReference?: string;
}

@Injectable()
export class PositionsService implements OnModuleInit {
  constructor(
    private readonly positions: PositionRepository,
    private readonly events: PositionEventRepository,
    private readonly ledger: LedgerEventRepository,
    private readonly assets: AssetsService,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
  ) {}

  /** A faulty lifecycle stops the start. */
  onModuleInit(): void {
    checkLifecycle(LIFECYCLE);
  }

  async open(scope: Scope, claim: Claim): Promise<Decision<PositionWithEvents>> {
    // What is wrong with the request itself is said before anything is looked up.
    const amount = Money.parsePositive(claim.currency, claim.amount);
    const { asset, template } = await this.assets.requireTerms(
      requireScope(scope, claim.institutionId),
      claim.assetId,
    );
    const policy = await this.policies.inForce(asset.institutionId, template.region);
    requireTemplateAllows(template, amount);
    requirePolicyAllows(policy, amount);
    const happened = openPosition(
      {
        institutionId: asset.institutionId,
        assetId: asset.id,
        holderReference: claim.holderReference,
        amount,
        externalReference: claim.externalReference ?? null,
      },
      { ...this.make(), positionId: newId('pos') },
    );
    return {
      result: { position: happened.position, events: [happened.event] },
      stage: (changes) => {
        this.policies.requireUnchanged(changes, policy);
        this.positions.insert(changes, happened.position);
        this.events.append(changes, happened.event);
        this.ledger.append(changes, happened.ledgerEvent);
      },
      audit: auditOf('POSITION_CREATED', happened),
    };
  }

  async transition(scope: Scope, id: string, command: Transition): Promise<Decision<PositionWithEvents>> {
    requireWellFormed(command);
    const { position, events } = await this.read(scope, id);
    const happened = transitionPosition(position, command, this.make());
    const policy = isRefund(command.toState) ? undefined : await this.allowedBy(scope, position);
    return {
      result: { position: happened.position, events: [...events, happened.event] },
      stage: (changes) => {
        if (policy) this.policies.requireUnchanged(changes, policy);
        this.positions.update(changes, happened.position);
        this.events.append(changes, happened.event);
        this.ledger.append(changes, happened.ledgerEvent);
      },
      audit: auditOf('POSITION_TRANSITIONED', happened),
    };
  }

  async read(scope: Scope, id: string): Promise<PositionWithEvents> {
    const found = await this.positions.findWithEvents(scope, id);
    if (found === undefined) throw positionFaults['position.unknown'].because('There is no such position.');
    return found;
  }

  async list(scope: Scope, filter: PositionFilter, page: PageRequest): Promise<Page<Position>> {
    return this.positions.list(scope, filter, page);
  }

  async listEvents(scope: Scope, id: string, page: PageRequest): Promise<Page<PositionEvent>> {
    return this.events.list(scope, await this.require(scope, id), page);
  }

  async listLedgerEvents(scope: Scope, filter: LedgerFilter, page: PageRequest): Promise<Page<LedgerEvent>> {
    return this.ledger.list(scope, filter, page);
  }

  async listLedgerEventsOf(
    scope: Scope,
    id: string,
    filter: LedgerFilter,
    page: PageRequest,
  ): Promise<Page<LedgerEvent>> {
    return this.ledger.listOf(scope, await this.require(scope, id), filter, page);
  }

  private async require(scope: Scope, id: string): Promise<Position> {
    const position = await this.positions.find(scope, id);
    if (position === undefined)
      throw positionFaults['position.unknown'].because('There is no such position.');
    return position;
  }

  /** The policy that binds the position, which it must satisfy wherever money moves on. */
  private async allowedBy(scope: Scope, position: Position): Promise<Policy> {
    const { template } = await this.assets.requireTerms(scope, position.assetId);
    const policy = await this.policies.inForce(position.institutionId, template.region);
    requirePolicyAllows(policy, position.amount);
    return policy;
  }

  private make(): Made {
    return { eventId: newId('ple'), ledgerEventId: newId('le'), at: this.clock.now() };
  }
}

function auditOf(
  action: 'POSITION_CREATED' | 'POSITION_TRANSITIONED',
  { position, event }: Happened,
): Decision<unknown>['audit'] {
  return {
    action,
    institutionId: position.institutionId,
    resourceType: 'position',
    resourceId: position.id,
    payload: {
      seq: event.seq,
      toState: event.toState,
      amount: event.amount?.toString() ?? null,
      currency: position.amount.currency.code,
    },
  };
}

import { AssetsService, requireTemplateAllows } from '#assets';
import type { Decision } from '#commands';
import type { AuditEntry } from '#audit';
import {
  Clock,
  DomainError,
  institutionScope,
  Money,
  newId,
  requirePrecondition,
  requireScope,
  type Page,
  type PageRequest,
  type Precondition,
  type Scope,
} from '#kernel';
import { PoliciesService, type Policy } from '#policies';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { LedgerEvent } from './domain/ledger-event.js';
import { LedgerEventRepository, type LedgerFilter } from './domain/ledger-event-repository.js';
import { checkLifecycle, LIFECYCLE } from './domain/lifecycle.js';
import { isRefund } from './domain/movements.js';
import { openPosition, type Happened, type Made } from './domain/open-position.js';
import type { Position } from './domain/position.js';
import { positionAsOf, type PositionAsOf } from './domain/position-as-of.js';
import type { PositionEvent, PositionWithEvents } from './domain/position-event.js';
import { PositionEventRepository } from './domain/position-event-repository.js';
import { positionFaults } from './domain/position-faults.js';
import { PositionRepository, type PositionFilter } from './domain/position-repository.js';
import { requirePast } from './domain/require-past.js';
import { requireWellFormed, transitionPosition, type Transition } from './domain/transition-position.js';

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

/** A position that is about to be opened, and the policy that allows it. */
interface Opening {
  readonly happened: Happened;
  readonly policy: Policy;
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
    const opening = await this.decideOpening(scope, claim, amount, this.clock.now());
    return { ...this.decisionOf([opening]), result: resultOf(opening) };
  }

  /** Opens positions of one institution, all of them or none. A refusal points to the claim at fault. */
  async openBatch(scope: Scope, claims: readonly Claim[]): Promise<Decision<readonly PositionWithEvents[]>> {
    const amounts = claims.map((claim, index) =>
      ofItem(index, () => Money.parsePositive(claim.currency, claim.amount)),
    );
    const institution = await this.institutionOf(scope, claims);
    await this.recallTerms(institution, claims);
    const at = this.clock.now();
    const openings: Opening[] = [];
    for (const [index, claim] of claims.entries()) {
      const amount = amounts[index] as Money;
      openings.push(await ofItemLater(index, async () => this.decideOpening(institution, claim, amount, at)));
    }
    return this.decisionOf(openings);
  }

  async transition(
    scope: Scope,
    id: string,
    command: Transition,
    precondition: Precondition,
  ): Promise<Decision<PositionWithEvents>> {
    requireWellFormed(command);
    const { position, events } = await this.read(scope, id);
    requirePrecondition(precondition, position.version);
    const happened = transitionPosition(position, command, this.make(this.clock.now()));
    const policy = isRefund(command.toState) ? undefined : await this.requireAllowing(position);
    return {
      result: { position: happened.position, events: [...events, happened.event] },
      stage: (changes) => {
        if (policy) this.policies.requireUnchanged(changes, policy);
        this.positions.update(changes, happened.position);
        this.events.append(changes, happened.event);
        this.ledger.append(changes, happened.ledgerEvent);
      },
      audit: auditOf('POSITION_TRANSITIONED', happened),
      concluded: (isCommitted) => {
        if (policy && !isCommitted) this.policies.forget(policy);
      },
    };
  }

  async read(scope: Scope, id: string): Promise<PositionWithEvents> {
    return requireKnown(await this.positions.findWithEvents(scope, id));
  }

  /** The position as it was at a moment, which must have come; before it was created, it is as unknown as any. */
  async readAsOf(scope: Scope, id: string, asOf: Date): Promise<PositionAsOf> {
    requirePast(asOf, this.clock.now());
    return requireKnown(positionAsOf(await this.read(scope, id), asOf));
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
    return requireKnown(await this.positions.find(scope, id));
  }

  /** The institution that a batch is for: with the root key, that of its first asset. */
  private async institutionOf(scope: Scope, [first]: readonly Claim[]): Promise<Scope> {
    if (scope.kind === 'institution' || first === undefined) return scope;
    return ofItemLater(0, async () => {
      const terms = await this.assets.requireTerms(requireScope(scope, first.institutionId), first.assetId);
      return institutionScope(terms.institutionId);
    });
  }

  /**
   * Reads together what the claims of a batch are held to. Policies are read anew: were one item allowed by a copy and
   * a later one refused, nothing would find out that the copy was old and the earlier one to be refused.
   */
  private async recallTerms(scope: Scope, claims: readonly Claim[]): Promise<void> {
    const ids = claims.map(({ assetId }) => assetId);
    const terms = await this.assets.recallTerms(scope, ids);
    const regions = new Map(
      terms.map(({ institutionId, template: { region } }) => [region, institutionId] as const),
    );
    await Promise.all([...regions].map(async ([region, id]) => this.policies.recall(id, region)));
  }

  private async decideOpening(scope: Scope, claim: Claim, amount: Money, at: Date): Promise<Opening> {
    const reachable = requireScope(scope, claim.institutionId);
    const { institutionId, assetId, template } = await this.assets.requireTerms(reachable, claim.assetId);
    requireTemplateAllows(template, amount);
    const policy = await this.policies.requireAllowing(institutionId, template.region, amount);
    const { holderReference, externalReference = null } = claim;
    const happened = openPosition(
      { institutionId, assetId, holderReference, amount, externalReference },
      { ...this.make(at), positionId: newId('pos') },
    );
    return { happened, policy };
  }

  private decisionOf(openings: readonly Opening[]): Decision<readonly PositionWithEvents[]> {
    const policies = new Set(openings.map(({ policy }) => policy));
    return {
      result: openings.map(resultOf),
      stage: (changes) => {
        for (const policy of policies) this.policies.requireUnchanged(changes, policy);
        for (const { happened } of openings) {
          this.positions.insert(changes, happened.position);
          this.events.append(changes, happened.event);
          this.ledger.append(changes, happened.ledgerEvent);
        }
      },
      audit: openings.map(({ happened }) => auditOf('POSITION_CREATED', happened)),
      concluded: (isCommitted) => {
        if (!isCommitted) for (const policy of policies) this.policies.forget(policy);
      },
    };
  }

  /** The policy that binds a position, which it must satisfy wherever money moves on. */
  private async requireAllowing({ institutionId, assetId, amount }: Position): Promise<Policy> {
    const { template } = await this.assets.requireTerms(institutionScope(institutionId), assetId);
    return this.policies.requireAllowing(institutionId, template.region, amount);
  }

  private make(at: Date): Made {
    return { eventId: newId('ple'), ledgerEventId: newId('le'), at };
  }
}

/** @throws DomainError `position.unknown` */
function requireKnown<Found>(found: Found | undefined): Found {
  if (found === undefined) throw positionFaults['position.unknown'].because('There is no such position.');
  return found;
}

function resultOf({ happened: { position, event } }: Opening): PositionWithEvents {
  return { position, events: [event] };
}

/** Runs what decides on one item of a batch, whose refusals then point to the item. */
function ofItem<Result>(index: number, decide: () => Result): Result {
  try {
    return decide();
  } catch (error) {
    throw toItemError(index, error);
  }
}

async function ofItemLater<Result>(index: number, decide: () => Promise<Result>): Promise<Result> {
  return decide().catch((error: unknown) => {
    throw toItemError(index, error);
  });
}

function toItemError(index: number, error: unknown): unknown {
  return error instanceof DomainError ? error.within(`/items/${index}`) : error;
}

function auditOf(
  action: 'POSITION_CREATED' | 'POSITION_TRANSITIONED',
  { position, event }: Happened,
): AuditEntry {
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

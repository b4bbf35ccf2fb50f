import {
  anAsset,
  anAssetTemplate,
  assetBinding,
  AssetEntity,
  assetTemplateBinding,
  AssetTemplateEntity,
} from '#assets/testing';
import { anInstitution, InstitutionEntity, institutionBinding } from '#institutions/testing';
import { Money, newId, type Scope, institutionScope } from '#kernel';
import type { TestStore } from '#persistence/testing';
import fc from 'fast-check';
import { LedgerEventRepository } from './domain/ledger-event-repository.js';
import { LIFECYCLE, type PositionState } from './domain/lifecycle.js';
import { openPosition, type Happened, type Made, type NewPosition } from './domain/open-position.js';
import { heldAmountOf, type Position } from './domain/position.js';
import { PositionEventRepository } from './domain/position-event-repository.js';
import { PositionRecords } from './domain/position-records.js';
import { PositionRepository } from './domain/position-repository.js';
import { transitionPosition, type Transition } from './domain/transition-position.js';
import { LedgerEventEntity } from './persistence/ledger-event.entity.js';
import { MemoryLedgerEventRepository } from './persistence/memory-ledger-event.repository.js';
import { MemoryPositionEventRepository } from './persistence/memory-position-event.repository.js';
import { MemoryPositionRecords } from './persistence/memory-position-records.js';
import { MemoryPositionRepository } from './persistence/memory-position.repository.js';
import { PositionEntity } from './persistence/position.entity.js';
import { PositionEventEntity } from './persistence/position-event.entity.js';
import { PostgresLedgerEventRepository } from './persistence/postgres-ledger-event.repository.js';
import { PostgresPositionEventRepository } from './persistence/postgres-position-event.repository.js';
import { PostgresPositionRecords } from './persistence/postgres-position-records.js';
import { PostgresPositionRepository } from './persistence/postgres-position.repository.js';

/** The tables of positions and of their history, with those that they refer to. */
export const POSITION_ENTITIES = [
  InstitutionEntity,
  AssetTemplateEntity,
  AssetEntity,
  PositionEntity,
  PositionEventEntity,
  LedgerEventEntity,
];

export const positionBinding = {
  port: PositionRepository,
  postgres: PostgresPositionRepository,
  memory: MemoryPositionRepository,
};
export const positionEventBinding = {
  port: PositionEventRepository,
  postgres: PostgresPositionEventRepository,
  memory: MemoryPositionEventRepository,
};
export const ledgerEventBinding = {
  port: LedgerEventRepository,
  postgres: PostgresLedgerEventRepository,
  memory: MemoryLedgerEventRepository,
};
export const positionRecordsBinding = {
  port: PositionRecords,
  postgres: PostgresPositionRecords,
  memory: MemoryPositionRecords,
};

export function made(at = new Date('2026-01-01T00:00:00.000Z')): Made {
  return { eventId: newId('ple'), ledgerEventId: newId('le'), at };
}

/** A position that was just opened, with the events of its opening. */
export function anOpening(overrides: Partial<NewPosition> & { at?: Date } = {}): Happened {
  const { at, ...input } = overrides;
  return openPosition(
    {
      institutionId: newId('inst'),
      assetId: newId('ast'),
      holderReference: 'holder-1',
      amount: Money.parse('USD', '1000.10'),
      externalReference: null,
      ...input,
    },
    { ...made(at), positionId: newId('pos') },
  );
}

/** An opening and the steps that follow it, one second apart. */
export function aStory(opening: Happened, ...steps: readonly Transition[]): Happened[] {
  const story = [opening];
  let position: Position = opening.position;
  for (const step of steps) {
    const happened = transitionPosition(position, step, made(new Date(position.updatedAt.getTime() + 1_000)));
    story.push(happened);
    position = happened.position;
  }
  return story;
}

/** Any opening in any of some currencies, and any legal steps that follow it, some in the same millisecond. */
export function aRandomStory(overrides: Partial<NewPosition> = {}): fc.Arbitrary<Happened[]> {
  const step = fc.record({ choice: fc.nat(9), part: fc.bigInt(1n, 10n ** 26n), gapMs: fc.nat(2) });
  return fc
    .record({
      currency: fc.constantFrom('USD', 'JPY', 'KWD', 'CLF'),
      units: fc.bigInt(1n, 10n ** 20n),
      steps: fc.array(step, { maxLength: 8 }),
    })
    .map(({ currency, units, steps }) => {
      const story = [anOpening({ ...overrides, amount: amountOf(currency, units) })];
      for (const { choice, part, gapMs } of steps) {
        const { position } = story.at(-1) as Happened;
        const held = heldAmountOf(position).minorUnits;
        const possible = LIFECYCLE[position.state].filter((to) => to !== 'PARTIALLY_RELEASED' || held > 1n);
        if (possible.length === 0) break;
        const toState = possible[choice % possible.length] as PositionState;
        const amount =
          toState === 'PARTIALLY_RELEASED' ? amountOf(currency, 1n + (part % (held - 1n))) : undefined;
        const at = new Date(position.updatedAt.getTime() + gapMs);
        story.push(transitionPosition(position, { toState, amount: amount?.toString() }, made(at)));
      }
      return story;
    });
}

/** An amount of so many minor units. */
function amountOf(currency: string, units: bigint): Money {
  const { digits } = Money.parse(currency, '0').currency;
  const text = units.toString().padStart(digits + 1, '0');
  return Money.fromStored(
    currency,
    `${text.slice(0, text.length - digits)}.${text.slice(text.length - digits)}`,
  );
}

/** An institution in a store, with an asset that positions can be opened on. */
export interface Tenant {
  readonly institutionId: string;
  readonly assetId: string;
  readonly scope: Scope;
}

export async function foundTenant(store: TestStore): Promise<Tenant> {
  const institution = anInstitution();
  const institutionId = institution.id;
  const template = anAssetTemplate({ institutionId });
  const asset = anAsset({ institutionId, templateId: template.id });
  await store.unitOfWork.commit((changes) => {
    store.bind(institutionBinding).insert(changes, institution);
    store.bind(assetTemplateBinding).insert(changes, template);
    store.bind(assetBinding).insert(changes, asset);
  });
  return { institutionId, assetId: asset.id, scope: institutionScope(institutionId) };
}

/** Stores steps in one commit each, as the service does. */
export async function storeSteps(store: TestStore, ...story: readonly Happened[]): Promise<void> {
  for (const { position, event, ledgerEvent } of story) {
    await store.unitOfWork.commit((changes) => {
      const positions = store.bind(positionBinding);
      if (position.version === 1) positions.insert(changes, position);
      else positions.update(changes, position);
      store.bind(positionEventBinding).append(changes, event);
      store.bind(ledgerEventBinding).append(changes, ledgerEvent);
    });
  }
}

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
import { LedgerEventRepository } from './domain/ledger-event-repository.js';
import { openPosition, type Happened, type Made, type NewPosition } from './domain/open-position.js';
import type { Position } from './domain/position.js';
import { PositionEventRepository } from './domain/position-event-repository.js';
import { PositionRepository } from './domain/position-repository.js';
import { transitionPosition, type Transition } from './domain/transition-position.js';
import { LedgerEventEntity } from './persistence/ledger-event.entity.js';
import { MemoryLedgerEventRepository } from './persistence/memory-ledger-event.repository.js';
import { MemoryPositionEventRepository } from './persistence/memory-position-event.repository.js';
import { MemoryPositionRepository } from './persistence/memory-position.repository.js';
import { PositionEntity } from './persistence/position.entity.js';
import { PositionEventEntity } from './persistence/position-event.entity.js';
import { PostgresLedgerEventRepository } from './persistence/postgres-ledger-event.repository.js';
import { PostgresPositionEventRepository } from './persistence/postgres-position-event.repository.js';
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

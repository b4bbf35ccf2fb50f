import { FactCache, type Decision } from '#commands';
import { InstitutionsService } from '#institutions';
import {
  Clock,
  institutionScope,
  newId,
  requirePrecondition,
  type Page,
  type PageRequest,
  type Precondition,
  type Scope,
} from '#kernel';
import { Injectable } from '@nestjs/common';
import { AssetTemplatesService } from './asset-templates.service.js';
import { makeAsset, patchAsset, type Asset, type AssetPatch, type NewAsset } from './domain/asset.js';
import { assetFaults } from './domain/asset-faults.js';
import { AssetRepository, type AssetFilter } from './domain/asset-repository.js';
import type { AssetTemplate } from './domain/asset-template.js';

/** What an asset lays down for its positions. None of it ever changes. */
export interface AssetTerms {
  readonly assetId: string;
  readonly institutionId: string;
  readonly template: AssetTemplate;
}

const KEPT = { maxFacts: 10_000, maxAgeMs: 60_000 };

/** Under what a new asset is made: its institution is that of the template. */
export interface AssetParents {
  readonly institutionId?: string;
  readonly templateId: string;
}

@Injectable()
export class AssetsService {
  private readonly known = new FactCache<AssetTerms>(KEPT);

  constructor(
    private readonly assets: AssetRepository,
    private readonly templates: AssetTemplatesService,
    private readonly institutions: InstitutionsService,
    private readonly clock: Clock,
  ) {}

  async make(scope: Scope, parents: AssetParents, input: NewAsset): Promise<Decision<Asset>> {
    const template = await this.templates.requireNamed(scope, parents.templateId);
    if (parents.institutionId !== undefined) {
      // To a template there is no institution but its own: any other is answered like an unknown one.
      await this.institutions.requireNamed(institutionScope(template.institutionId), parents.institutionId);
    }
    const asset = makeAsset(template, input, { id: newId('ast'), at: this.clock.now() });
    return {
      result: asset,
      stage: (changes) => this.assets.insert(changes, asset),
      audit: auditOf('ASSET_CREATED', asset),
    };
  }

  async patch(
    scope: Scope,
    id: string,
    patch: AssetPatch,
    precondition: Precondition,
  ): Promise<Decision<Asset>> {
    const before = await this.require(scope, id);
    requirePrecondition(precondition, before.version);
    const asset = patchAsset(before, patch, this.clock.now());
    return {
      result: asset,
      stage: (changes) => this.assets.update(changes, asset),
      audit: auditOf('ASSET_UPDATED', asset),
    };
  }

  /** @throws DomainError `asset.unknown`, alike for one outside the scope and one that does not exist */
  async require(scope: Scope, id: string): Promise<Asset> {
    const asset = await this.assets.find(scope, id);
    if (asset === undefined) throw assetFaults['asset.unknown'].because('There is no such asset.');
    return asset;
  }

  /**
   * The terms of those of several assets that exist, read together, so that requiring them one by one afterwards asks
   * the store no more.
   */
  async recallTerms(scope: Scope, assetIds: readonly string[]): Promise<readonly AssetTerms[]> {
    const found = [...new Set(assetIds)].map(async (assetId) => this.findTerms(scope, assetId));
    return (await Promise.all(found)).filter((terms) => terms !== undefined);
  }

  /** The terms of the asset that a request body names. @throws DomainError `asset.unknown` at `/assetId` */
  async requireTerms(scope: Scope, assetId: string): Promise<AssetTerms> {
    const terms = await this.findTerms(scope, assetId);
    if (terms === undefined) throw assetFaults['asset.unknown'].at('/assetId', 'There is no such asset.');
    return terms;
  }

  async list(scope: Scope, filter: AssetFilter, page: PageRequest): Promise<Page<Asset>> {
    return this.assets.list(scope, filter, page);
  }

  private async findTerms(scope: Scope, assetId: string): Promise<AssetTerms | undefined> {
    const viewer = scope.kind === 'platform' ? scope.kind : scope.institutionId;
    return this.known.find(`${viewer} ${assetId}`, async () => {
      const asset = await this.assets.find(scope, assetId);
      if (asset === undefined) return undefined;
      const { institutionId, templateId } = asset;
      const template = await this.templates.require(institutionScope(institutionId), templateId);
      return { assetId, institutionId, template };
    });
  }
}

function auditOf(action: 'ASSET_CREATED' | 'ASSET_UPDATED', asset: Asset): Decision<Asset>['audit'] {
  return {
    action,
    institutionId: asset.institutionId,
    resourceType: 'asset',
    resourceId: asset.id,
    payload: { version: asset.version },
  };
}

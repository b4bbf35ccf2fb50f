import type { Decision } from '#commands';
import { InstitutionsService } from '#institutions';
import { Clock, institutionScope, newId, type Page, type PageRequest, type Scope } from '#kernel';
import { Injectable } from '@nestjs/common';
import { AssetTemplatesService } from './asset-templates.service.js';
import { makeAsset, patchAsset, type Asset, type AssetPatch, type NewAsset } from './domain/asset.js';
import { assetFaults } from './domain/asset-faults.js';
import { AssetRepository, type AssetFilter } from './domain/asset-repository.js';
import type { AssetTemplate } from './domain/asset-template.js';

/** An asset with the template that binds its positions. */
export interface AssetTerms {
  readonly asset: Asset;
  readonly template: AssetTemplate;
}

/** Under what a new asset is made: its institution is that of the template. */
export interface AssetParents {
  readonly institutionId?: string;
  readonly templateId: string;
}

@Injectable()
export class AssetsService {
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

  async patch(scope: Scope, id: string, patch: AssetPatch): Promise<Decision<Asset>> {
    const asset = patchAsset(await this.require(scope, id), patch, this.clock.now());
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

  /** The asset that a request body names, with its template. @throws DomainError `asset.unknown` at `/assetId` */
  async requireTerms(scope: Scope, assetId: string): Promise<AssetTerms> {
    const asset = await this.assets.find(scope, assetId);
    if (asset === undefined) throw assetFaults['asset.unknown'].at('/assetId', 'There is no such asset.');
    const template = await this.templates.require(institutionScope(asset.institutionId), asset.templateId);
    return { asset, template };
  }

  async list(scope: Scope, filter: AssetFilter, page: PageRequest): Promise<Page<Asset>> {
    return this.assets.list(scope, filter, page);
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

import type { Decision } from '#commands';
import { InstitutionsService } from '#institutions';
import { Clock, newId, type Page, type PageRequest, type Scope } from '#kernel';
import { Injectable } from '@nestjs/common';
import { assetFaults } from './domain/asset-faults.js';
import {
  defineAssetTemplate,
  requireValidConfig,
  type AssetTemplate,
  type NewAssetTemplate,
} from './domain/asset-template.js';
import { AssetTemplateRepository, type AssetTemplateFilter } from './domain/asset-template-repository.js';
import type { TemplateType } from './domain/template-type.js';
import { requireTemplateType, TEMPLATE_TYPES } from './domain/template-types.js';

@Injectable()
export class AssetTemplatesService {
  constructor(
    private readonly templates: AssetTemplateRepository,
    private readonly institutions: InstitutionsService,
    private readonly clock: Clock,
  ) {}

  types(): readonly TemplateType[] {
    return TEMPLATE_TYPES;
  }

  /** @throws DomainError `template_type.unknown` */
  requireType(code: string): TemplateType {
    return requireTemplateType(code);
  }

  async define(
    scope: Scope,
    institutionId: string,
    input: NewAssetTemplate,
  ): Promise<Decision<AssetTemplate>> {
    // What is wrong with the request itself is said before anything is looked up.
    requireValidConfig(input);
    const institution = await this.institutions.requireNamed(scope, institutionId);
    const template = defineAssetTemplate(institution, input, { id: newId('tmpl'), at: this.clock.now() });
    return {
      result: template,
      stage: (changes) => {
        this.institutions.requireUnchanged(changes, institution);
        this.templates.insert(changes, template);
      },
      audit: {
        action: 'ASSET_TEMPLATE_CREATED',
        institutionId: template.institutionId,
        resourceType: 'asset_template',
        resourceId: template.id,
        payload: { code: template.code, version: template.version },
      },
    };
  }

  /** @throws DomainError `template.unknown`, alike for one outside the scope and one that does not exist */
  async require(scope: Scope, id: string): Promise<AssetTemplate> {
    const template = await this.templates.find(scope, id);
    if (template === undefined)
      throw assetFaults['template.unknown'].because('There is no such asset template.');
    return template;
  }

  /** The template that a request body names. @throws DomainError `template.unknown` at `/templateId` */
  async requireNamed(scope: Scope, id: string): Promise<AssetTemplate> {
    const template = await this.templates.find(scope, id);
    if (template !== undefined) return template;
    throw assetFaults['template.unknown'].at('/templateId', 'There is no such asset template.');
  }

  async list(scope: Scope, filter: AssetTemplateFilter, page: PageRequest): Promise<Page<AssetTemplate>> {
    return this.templates.list(scope, filter, page);
  }
}

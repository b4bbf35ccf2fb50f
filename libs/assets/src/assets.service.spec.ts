import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Decision } from '#commands';
import { FoundingSteps, InstitutionsService } from '#institutions';
import { anInstitution, InstitutionEntity, institutionBinding } from '#institutions/testing';
import { institutionScope, newId, PLATFORM_SCOPE, StaleVersion, UNCONDITIONAL, type Scope } from '#kernel';
import { openStore, type TestStore } from '#persistence/testing';
import { BACKENDS, FixedClock } from '#testing';
import { AssetTemplatesService } from './asset-templates.service.js';
import { AssetsService } from './assets.service.js';
import type { Asset } from './domain/asset.js';
import type { AssetTemplate, NewAssetTemplate } from './domain/asset-template.js';
import { assetBinding, AssetEntity, assetTemplateBinding, AssetTemplateEntity } from './testing.js';

type Institution = ReturnType<typeof anInstitution>;

const escrow: NewAssetTemplate = {
  code: 'CONSTR_ESCROW',
  name: 'Project escrow',
  vertical: 'CONSTRUCTION',
  region: 'US',
  config: { currency: 'USD', region: 'US' },
};
const PAGE = { limit: 50, order: 'asc' } as const;

const refusal = (code: string, ...pointers: string[]) =>
  expect.objectContaining({
    fault: expect.objectContaining({ code }),
    errors: pointers.map((pointer) => expect.objectContaining({ pointer, code })),
  });

describe.each(BACKENDS)('templates and assets on %s', (backend) => {
  const clock = new FixedClock('2026-03-01T12:00:00.000Z');
  let store: TestStore;
  let institutions: InstitutionsService;
  let templates: AssetTemplatesService;
  let assets: AssetsService;
  let institution: Institution;
  let scope: Scope;

  beforeAll(async () => {
    store = await openStore(backend, [InstitutionEntity, AssetTemplateEntity, AssetEntity]);
    institutions = new InstitutionsService(store.bind(institutionBinding), new FoundingSteps(), clock);
    templates = new AssetTemplatesService(store.bind(assetTemplateBinding), institutions, clock);
    assets = new AssetsService(store.bind(assetBinding), templates, institutions, clock);
  });

  afterAll(async () => store.close());

  beforeEach(async () => {
    institution = await foundInstitution();
    scope = institutionScope(institution.id);
  });

  async function foundInstitution(): Promise<Institution> {
    const founded = anInstitution();
    await store.unitOfWork.commit((changes) => store.bind(institutionBinding).insert(changes, founded));
    return founded;
  }

  async function commit<Result>(decision: Decision<Result>): Promise<Result> {
    await store.unitOfWork.commit(decision.stage);
    return decision.result;
  }

  const defineIn = async ({ id }: Institution): Promise<AssetTemplate> =>
    commit(await templates.define(PLATFORM_SCOPE, id, escrow));
  const makeUnder = async ({ id: templateId }: AssetTemplate): Promise<Asset> =>
    commit(await assets.make(PLATFORM_SCOPE, { templateId }, { label: 'Harbour bridge' }));

  describe('a template', () => {
    test('is stored as it was decided and told to the audit trail', async () => {
      const decision = await templates.define(scope, institution.id, escrow);
      const template = await commit(decision);
      expect(template).toMatchObject({ ...escrow, institutionId: institution.id, version: 1 });
      expect(await templates.require(scope, template.id)).toEqual(template);
      expect((await templates.list(scope, { region: 'US' }, PAGE)).items).toEqual([template]);
      expect(decision.audit).toEqual({
        action: 'ASSET_TEMPLATE_CREATED',
        institutionId: institution.id,
        resourceType: 'asset_template',
        resourceId: template.id,
        payload: { code: 'CONSTR_ESCROW', version: 1 },
      });
    });

    test('is of an institution that exists and is in scope', async () => {
      const foreign = await foundInstitution();
      for (const [reader, id] of [
        [scope, foreign.id],
        [scope, newId('inst')],
        [PLATFORM_SCOPE, 'inst_\0'],
      ] as const) {
        await expect(templates.define(reader, id, escrow)).rejects.toThrow(
          refusal('institution.unknown', '/institutionId'),
        );
      }
    });

    test('is told what is wrong with its config before any institution is looked up', async () => {
      const input = { ...escrow, config: { currency: 'XXX', region: 'US' } };
      await expect(templates.define(scope, newId('inst'), input)).rejects.toThrow(
        expect.objectContaining({ fault: expect.objectContaining({ code: 'template.invalid_config' }) }),
      );
    });

    test('is decided anew when its institution leaves the region meanwhile', async () => {
      const decision = await templates.define(scope, institution.id, escrow);
      await commit(await institutions.patch(institution.id, { regions: ['EU_UK'] }, UNCONDITIONAL));
      await expect(commit(decision)).rejects.toThrow(StaleVersion);
      await expect(templates.require(scope, decision.result.id)).rejects.toThrow(refusal('template.unknown'));
      await expect(templates.define(scope, institution.id, escrow)).rejects.toThrow(
        refusal('template.region_not_served', '/region'),
      );
    });

    test('outlives the region that its institution leaves', async () => {
      const template = await defineIn(institution);
      await commit(
        await institutions.patch(
          institution.id,
          { regions: ['EU_UK'], verticals: ['TRADE_FINANCE'] },
          UNCONDITIONAL,
        ),
      );
      const asset = await makeUnder(template);
      expect(await assets.requireTerms(scope, asset.id)).toEqual({
        assetId: asset.id,
        institutionId: asset.institutionId,
        template,
      });
    });
  });

  describe('an asset', () => {
    test('is stored as it was decided and told to the audit trail', async () => {
      const template = await defineIn(institution);
      const parents = { institutionId: institution.id, templateId: template.id };
      const decision = await assets.make(scope, parents, {
        label: 'Harbour bridge',
        metadata: { site: 'Hull' },
      });
      const asset = await commit(decision);
      expect(asset).toMatchObject({
        ...parents,
        label: 'Harbour bridge',
        metadata: { site: 'Hull' },
        version: 1,
      });
      expect(await assets.require(scope, asset.id)).toEqual(asset);
      expect((await assets.list(scope, { templateId: template.id }, PAGE)).items).toEqual([asset]);
      expect(decision.audit).toEqual({
        action: 'ASSET_CREATED',
        institutionId: institution.id,
        resourceType: 'asset',
        resourceId: asset.id,
        payload: { version: 1 },
      });
    });

    test('is of a template that exists and is in scope', async () => {
      const foreign = await defineIn(await foundInstitution());
      for (const [reader, templateId] of [
        [scope, foreign.id],
        [scope, newId('tmpl')],
        [PLATFORM_SCOPE, 'no template'],
      ] as const) {
        await expect(assets.make(reader, { templateId }, { label: 'Bridge' })).rejects.toThrow(
          refusal('template.unknown', '/templateId'),
        );
      }
    });

    test('is of its template’s institution and no other, known or unknown, also for the root key', async () => {
      const { id: templateId } = await defineIn(institution);
      const foreign = await foundInstitution();
      for (const reader of [scope, PLATFORM_SCOPE]) {
        for (const institutionId of [foreign.id, newId('inst'), 'nobody']) {
          await expect(
            assets.make(reader, { institutionId, templateId }, { label: 'Bridge' }),
          ).rejects.toThrow(refusal('institution.unknown', '/institutionId'));
        }
      }
    });

    test('is patched under the version that was read', async () => {
      const asset = await makeUnder(await defineIn(institution));
      clock.advance(1_000);
      const decision = await assets.patch(scope, asset.id, { metadata: { lots: 4 } }, UNCONDITIONAL);
      const overtaking = await assets.patch(scope, asset.id, { label: 'New bridge' }, UNCONDITIONAL);
      const patched = await commit(overtaking);
      expect(patched).toEqual({ ...asset, label: 'New bridge', version: 2, updatedAt: clock.now() });
      expect(overtaking.audit).toMatchObject({
        action: 'ASSET_UPDATED',
        resourceId: asset.id,
        payload: { version: 2 },
      });
      await expect(commit(decision)).rejects.toThrow(StaleVersion);
      expect(await assets.require(scope, asset.id)).toEqual(patched);
    });

    test('is unknown outside of its tenant', async () => {
      const asset = await makeUnder(await defineIn(institution));
      const foreign = institutionScope((await foundInstitution()).id);
      for (const id of [asset.id, newId('ast'), 'nothing']) {
        await expect(assets.require(foreign, id)).rejects.toThrow(refusal('asset.unknown'));
        await expect(assets.patch(foreign, id, { label: 'Stolen' }, UNCONDITIONAL)).rejects.toThrow(
          refusal('asset.unknown'),
        );
        await expect(assets.requireTerms(foreign, id)).rejects.toThrow(refusal('asset.unknown', '/assetId'));
      }
    });

    test('comes with the template that binds its positions', async () => {
      const template = await defineIn(institution);
      const asset = await makeUnder(template);
      for (const reader of [scope, PLATFORM_SCOPE]) {
        expect(await assets.requireTerms(reader, asset.id)).toEqual({
          assetId: asset.id,
          institutionId: asset.institutionId,
          template,
        });
      }
    });
  });
});

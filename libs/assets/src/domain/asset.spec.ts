import { expect, test } from '@jest/globals';
import { anAsset, anAssetTemplate } from '../testing.js';
import { makeAsset, patchAsset } from './asset.js';

const at = new Date('2026-02-01T00:00:00.000Z');

test('an asset belongs to its template and to the template’s institution', () => {
  const template = anAssetTemplate({ id: 'tmpl_1', institutionId: 'inst_1' });
  expect(makeAsset(template, { label: 'Harbour bridge' }, { id: 'ast_1', at })).toEqual({
    id: 'ast_1',
    institutionId: 'inst_1',
    templateId: 'tmpl_1',
    label: 'Harbour bridge',
    metadata: {},
    version: 1,
    createdAt: at,
    updatedAt: at,
  });
});

test('metadata is replaced as a whole, and what a patch leaves out stays', () => {
  const asset = anAsset({ label: 'Old', metadata: { site: 'Hull', lots: 3 } });
  const next = { ...asset, version: 2, updatedAt: at };
  expect(patchAsset(asset, { metadata: { lots: 4 } }, at)).toEqual({ ...next, metadata: { lots: 4 } });
  expect(patchAsset(asset, { metadata: {} }, at)).toEqual({ ...next, metadata: {} });
  expect(patchAsset(asset, { label: 'New' }, at)).toEqual({ ...next, label: 'New' });
  expect(patchAsset(asset, {}, at)).toEqual(next);
});

import { describe, expect, test } from '@jest/globals';
import { requireNode } from './require-node.js';

describe('the version of Node', () => {
  test.each(['20.20.2', '22.12.0', '23.11.1'])('%s is refused at start, in words', (version) => {
    expect(() => requireNode(version)).toThrow(`Node 24 or newer is needed; this is Node ${version}.`);
  });

  test.each(['24.0.0', '26.10.0', process.versions.node])('%s will do', (version) => {
    expect(() => requireNode(version)).not.toThrow();
  });
});

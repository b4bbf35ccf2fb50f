import { describe, expect, it } from '@jest/globals';
import { fund } from './position.js';

describe('fund', () => {
  it('moves a created position to FUNDED', () => {
    const answer: any = JSON.parse('{"state":"FUNDED"}'); // eslint-disable-line @typescript-eslint/no-explicit-any -- as a test that reads the wire would
    expect(fund({ state: 'CREATED', at: new Date() }, new Date()).state).toBe(answer.state);
  });
});

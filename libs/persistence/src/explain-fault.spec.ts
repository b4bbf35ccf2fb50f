import { describe, expect, test } from '@jest/globals';
import { explainFault } from './explain-fault.js';

const faultOf = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe('a fault in words for a terminal', () => {
  test.each([
    ['ECONNREFUSED', 'is PostgreSQL running'],
    ['28P01', 'User or password'],
    ['3D000', 'create it first'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'does DB_SSL_ROOT_CERT_FILE hold the one that signed it?'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another host'],
    ['42501', 'migrations run as the owner of the schema'],
  ])('says for %s what happened, and what to check', (code, advice) => {
    const [said, advised] = explainFault(faultOf(code, 'what the driver said')).split('\n');
    expect(said).toBe('what the driver said');
    expect(advised).toContain(advice);
  });

  test('says what to check for the one that has no code', () => {
    const fault = new Error('The server does not support SSL connections');
    expect(explainFault(fault)).toContain('\nPostgreSQL offers no encryption');
  });

  test('says what a pooler wants that takes no start-up parameters', () => {
    const fault = faultOf('08P01', 'unsupported startup parameter: statement_timeout');
    expect(explainFault(fault)).toContain('the service wants DB_POOLER=true');
    expect(explainFault(faultOf('08P01', 'something else'))).toBe('something else');
  });

  test('is what was said alone, where nothing is known to check', () => {
    expect(explainFault(faultOf('XX000', 'cache lookup failed'))).toBe('cache lookup failed');
    expect(explainFault(new Error('no code'))).toBe('no code');
  });

  test('of a name with several addresses is that of the first', () => {
    const refused = new AggregateError([faultOf('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432')], '');
    expect(explainFault(refused)).toMatch(/^connect ECONNREFUSED ::1:5432\nNothing listens there/);
  });
});

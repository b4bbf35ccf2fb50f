import { expect, test } from '@jest/globals';
import { textTable } from './text-table.js';

test('a table is aligned by its widest cells, names to the left and figures to the right', () => {
  const table = textTable(
    ['Load', 'a second'],
    [
      ['create, 32', '2,500'],
      ['read', ''],
    ],
  );
  expect(table).toBe(
    ['Load        a second', '----------  --------', 'create, 32     2,500', 'read'].join('\n'),
  );
});

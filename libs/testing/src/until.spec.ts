import { expect, test } from '@jest/globals';
import { until } from './until.js';

test('until resolves to the first answer that is neither false nor nothing', async () => {
  const answers = [false, undefined, 0, 1];
  expect(await until(() => answers.shift(), 'There is a number.')).toBe(0);
  expect(answers).toEqual([1]);
});

test('until gives up when the time is over, and says what did not happen', async () => {
  let asked = 0;
  const waiting = until(() => (asked += 1) < 0, 'The count is below zero.', { timeoutMs: 0 });
  await expect(waiting).rejects.toThrow('This did not happen within 0 s: The count is below zero.');
  expect(asked).toBeGreaterThan(0);
});

test('until passes on what goes wrong while it asks', async () => {
  const broken = async (): Promise<boolean> => Promise.reject(new Error('No server.'));
  await expect(until(broken, 'It is there.')).rejects.toThrow('No server.');
});

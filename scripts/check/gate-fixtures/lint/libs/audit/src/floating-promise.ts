// breaks: @typescript-eslint/no-floating-promises, @typescript-eslint/no-misused-promises (2)
async function write(row: string): Promise<string> {
  await Promise.resolve();
  return row;
}

export function writeAll(rows: string[]): void {
  write('first');
  rows.forEach(async (row) => {
    await write(row);
  });
  if (write('last')) throw new Error('A promise is always true.');
}

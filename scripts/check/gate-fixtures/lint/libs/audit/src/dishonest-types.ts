// breaks: @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument
export function first(rows: any): string {
  const row = rows.at(0);
  return row;
}

export const size = first(JSON.parse('[]')).length;

export const parsed = parseInt(JSON.parse("\"1\""), 10);

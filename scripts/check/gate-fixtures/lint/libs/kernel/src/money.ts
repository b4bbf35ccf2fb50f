// breaks: house/no-floating-money (5)
export function half(amount: string): string[] {
  return [(parseFloat(amount) / 2).toFixed(2), String(Number(amount) / 2), String(+amount / 2)];
}

export const quarter = Number.parseFloat('0.25');

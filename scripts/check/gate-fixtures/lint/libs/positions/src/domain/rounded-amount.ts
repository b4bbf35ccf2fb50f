// breaks: house/no-floating-money (2)
export const rounded = (amount: string): string => Number(amount).toFixed(2);

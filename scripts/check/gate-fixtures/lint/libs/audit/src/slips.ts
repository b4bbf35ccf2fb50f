// breaks: no-async-promise-executor, no-empty, no-loss-of-precision, no-self-compare, no-unsafe-finally, no-unsafe-optional-chaining, @typescript-eslint/no-misused-promises
export const amount = 123456789012345678.12;

export function slips(row?: { id: string }): unknown {
  try {
    if (amount !== amount) {
    }
    return new Promise<void>(async (resolve) => {
      await Promise.resolve();
      resolve();
    });
  } finally {
    return (row?.id).length;
  }
}

export function orderedWord(): void {}

export function unorderedWord(): void {}

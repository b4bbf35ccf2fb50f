import { PathLike } from 'node:fs';

export const textOf = (path: PathLike): string => String(path);

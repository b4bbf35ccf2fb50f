import { usedFunction, type UsedType } from '#kernel';

export const answer: UsedType = usedFunction();

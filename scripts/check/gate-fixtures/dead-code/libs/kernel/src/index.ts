export { unusedFunction, usedFunction, type UnusedType, type UsedType } from './words.js';

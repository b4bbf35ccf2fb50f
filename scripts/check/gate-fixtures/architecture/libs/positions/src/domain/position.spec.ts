import { it } from '@jest/globals';
import fc from 'fast-check';
import { Position } from './position.js';

it('is a position', () => fc.assert(Position));

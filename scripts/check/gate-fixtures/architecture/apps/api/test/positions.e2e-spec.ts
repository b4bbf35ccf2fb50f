import { backends } from '#testing';
import { app } from '../src/main.js';

export const parts = [backends, app];

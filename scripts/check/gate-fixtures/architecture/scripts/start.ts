import { backends } from '#testing';

export const start = backends;

import { anyAsset } from '#assets/testing';
import { backends } from '#testing';
import { PostgresPositionRepository } from './postgres-position.repository.js';

export const parts = [anyAsset, backends, PostgresPositionRepository];

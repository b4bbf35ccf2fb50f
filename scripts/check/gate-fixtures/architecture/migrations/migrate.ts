import { DataSource } from 'typeorm';
import { CreatePositions } from './100-create-positions.js';

export const migrate = [DataSource, CreatePositions];

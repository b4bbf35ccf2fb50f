import { Client } from 'pg';
import { migrate } from '../../../migrations/migrate.js';

export const commands = [Client, migrate];

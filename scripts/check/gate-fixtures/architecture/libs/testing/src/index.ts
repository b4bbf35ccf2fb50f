import { Client } from 'pg';
import { Store } from '#persistence';
import { migrate } from '../../../migrations/migrate.js';

export const backends = [Client, Store, migrate];

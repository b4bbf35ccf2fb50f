// breaks: services-know-no-storage-nor-wire (3), store-clients-live-in-adapters (2)
import type { Store } from '#persistence';

export type Knows = [Store, import('typeorm').DataSource];

export const late = () => import('pg');

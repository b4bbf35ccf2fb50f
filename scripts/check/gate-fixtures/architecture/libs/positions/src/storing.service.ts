// breaks: services-know-no-storage-nor-wire (3), store-clients-live-in-adapters
import './persistence/postgres-position.repository.js';
import '#persistence';
import 'pg';

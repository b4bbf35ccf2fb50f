import { migrationsDataSource } from './migrations-data-source.js';
import { migrationsTarget } from './migrations-target.js';

const { url, ssl } = migrationsTarget(process.env);

/** For the TypeORM command line, which takes a data source as the only one its file exports. */
export default migrationsDataSource(url, ssl);

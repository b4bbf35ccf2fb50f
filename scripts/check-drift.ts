import { findDrift } from '../migrations/find-drift.js';
import { withScratchDatabase } from './scratch-database.js';

export { findDrift };

if (import.meta.main) {
  const drift = await withScratchDatabase(findDrift);
  for (const line of drift) console.error(line);
  if (drift.length > 0) process.exitCode = 1;
  else console.log('The migrations make exactly the schema that the entities describe.');
}

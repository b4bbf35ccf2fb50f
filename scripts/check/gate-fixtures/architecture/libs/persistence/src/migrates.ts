// breaks: only-testing-migrates
import '../../../migrations/migrate.js';

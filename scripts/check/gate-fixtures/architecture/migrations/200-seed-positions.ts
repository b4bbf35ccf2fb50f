// breaks: landed-migrations-stand-alone (2)
import '#kernel';
import './migrate.js';

// breaks: controllers-know-no-storage (3), store-clients-live-in-adapters
import '../persistence/postgres-position.repository.js';
import '#persistence';
import '@nestjs/typeorm';

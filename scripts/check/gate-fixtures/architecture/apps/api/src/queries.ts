// breaks: store-clients-live-in-adapters (2)
import 'pg';
import 'typeorm';

// breaks: domain-is-pure, store-clients-live-in-adapters
import 'typeorm';

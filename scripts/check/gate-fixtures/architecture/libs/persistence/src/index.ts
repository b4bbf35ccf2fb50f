export { DataSource as Store } from 'typeorm';

import { InjectRepository } from '@nestjs/typeorm';
import { Entity } from 'typeorm';
import { Store } from '#persistence';
import { Position } from '../domain/position.js';

export class PostgresPositionRepository {
  readonly knows = [InjectRepository, Entity, Store, Position];
}

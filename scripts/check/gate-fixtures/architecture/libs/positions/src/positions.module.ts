import { Module } from '@nestjs/common';
import { Store } from '#persistence';
import { PositionsController } from './http/positions.controller.js';
import { PostgresPositionRepository } from './persistence/postgres-position.repository.js';
import { PositionsService } from './positions.service.js';

@Module({ controllers: [PositionsController], providers: [Store, PostgresPositionRepository, PositionsService] })
export class PositionsModule {}

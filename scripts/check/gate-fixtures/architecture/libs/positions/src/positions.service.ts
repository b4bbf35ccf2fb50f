import { Injectable } from '@nestjs/common';
import { AssetsService } from '#assets';
import { Money } from '#kernel';
import { Position } from './domain/position.js';

@Injectable()
export class PositionsService {
  readonly knows = [AssetsService, Money, Position];
}

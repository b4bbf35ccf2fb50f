export type PositionState = 'CREATED' | 'FUNDED';

export interface Position {
  readonly state: PositionState;
  readonly at: Date;
}

export function fund(position: Position, at: Date): Position {
  switch (position.state) {
    case 'CREATED':
      return { state: 'FUNDED', at: new Date(Math.max(at.getTime(), position.at.getTime())) };
    case 'FUNDED':
      throw new Error('A funded position is not funded again.');
  }
}

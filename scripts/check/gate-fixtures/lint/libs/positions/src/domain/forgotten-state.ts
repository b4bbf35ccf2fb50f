// breaks: @typescript-eslint/switch-exhaustiveness-check
import type { PositionState } from './position.js';

export function label(state: PositionState): string | undefined {
  let text: string | undefined;
  switch (state) {
    case 'CREATED':
      text = 'created';
      break;
  }
  return text;
}

import type { Answer, Client, Sent } from './client.js';
import type { World } from './world.js';

/** Who sends a request; admin and reader are ours. */
type Sender = 'root' | 'admin' | 'reader' | 'stranger' | 'nobody';

export interface Request extends Sent {
  /** Our admin unless given. */
  readonly as?: Sender;
  /** POST with a body, GET without one, unless given. */
  readonly method?: string;
  readonly path: string;
}

/** Sends a request as the one whom it is from. */
export async function send(world: World, request: Request): Promise<Answer> {
  const { as = 'admin', path, ...sent } = request;
  const clients: Record<Sender, Client> = {
    root: world.service.root,
    admin: world.ours.admin,
    reader: world.ours.reader,
    stranger: world.theirs.admin,
    nobody: world.service.client(),
  };
  return clients[as].send(methodOf(request), path, sent);
}

export function methodOf({ method, json, raw }: Request): string {
  return method ?? (json === undefined && raw === undefined ? 'GET' : 'POST');
}

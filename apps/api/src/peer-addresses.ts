import type { Server, Socket } from 'node:net';

/**
 * Has every connection know its peer's address for as long as it is spoken of: Node asks the system for it when it is
 * first read, and remembers it. Of a connection that the peer has cut since, the system knows no peer, while the command
 * that came over it goes on record with its address, and counts for it.
 */
export function rememberPeers(server: Server): void {
  server.prependListener('connection', (socket: Socket) => {
    if (socket.remoteAddress === undefined) socket.destroy();
  });
}

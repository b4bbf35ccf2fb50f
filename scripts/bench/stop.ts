/** Hears the wish to stop, so that whatever runs can end in good order. */
export function listenForStop(say: (text: string) => void): AbortSignal {
  const stopping = new AbortController();
  const stop = (): void => {
    // npm passes Ctrl-C on to a process that the terminal has told already.
    if (stopping.signal.aborted) return;
    say('Stopping, and removing what was made …');
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return stopping.signal;
}

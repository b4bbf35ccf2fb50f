/**
 * How Node is told to run the service: told that it has less room than the whole machine, it collects sooner what
 * requests leave behind, and the process stays below 300 MiB (docs/PERFORMANCE.md). Many large batches at once need
 * some of the rest.
 */
export const NODE_FLAGS = ['--max-semi-space-size=16', '--max-old-space-size=512'];

/**
 * How Node is told to run the service. What a request leaves behind is collected sooner than Node would by itself, which
 * keeps the process below 300 MiB (docs/PERFORMANCE.md). No limit is set to what lives on: many large batches at once
 * need it.
 */
export const NODE_FLAGS = ['--max-semi-space-size=16'];

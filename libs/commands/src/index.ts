export { CommandRunner, type Decision } from './command-runner.js';
export { FactCache } from './fact-cache.js';
export { CommandsModule } from './commands.module.js';
export { KeptReplies, KeptRepliesOptions } from './kept-replies.js';

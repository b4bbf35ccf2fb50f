export { CommandRunner, type Decision } from './command-runner.js';
export { CommandsModule } from './commands.module.js';

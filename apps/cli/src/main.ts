#!/usr/bin/env node
import { Command } from 'commander';
import { distributeCommand } from './distribute-command.js';
import { exportCommand } from './export-command.js';
import { importCommand } from './import-command.js';
import { migrateCommand } from './migrate-command.js';
import type { Terminal } from './terminal.js';
import { verifyCommand } from './verify-command.js';

const terminal: Terminal = {
  environment: process.env,
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  exitWith: (status) => (process.exitCode = status),
};

// Whoever reads along may have seen enough (`… | head`): what is under way, such as a migration, is brought to its end.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

await new Command('escrowgrid')
  .description('Runs and looks after the database of an EscrowGrid installation.')
  .addCommand(migrateCommand(terminal))
  .addCommand(distributeCommand(terminal))
  .addCommand(verifyCommand(terminal))
  .addCommand(exportCommand(terminal))
  .addCommand(importCommand(terminal))
  .parseAsync();

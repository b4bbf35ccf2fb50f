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

await new Command('escrowgrid')
  .description('Runs and looks after the database of an EscrowGrid installation.')
  .addCommand(migrateCommand(terminal))
  .addCommand(distributeCommand(terminal))
  .addCommand(verifyCommand(terminal))
  .addCommand(exportCommand(terminal))
  .addCommand(importCommand(terminal))
  .parseAsync();

import { AuditModule } from '#audit';
import { Module } from '@nestjs/common';
import { CommandRunner } from './command-runner.js';

@Module({ imports: [AuditModule], providers: [CommandRunner], exports: [CommandRunner] })
export class CommandsModule {}

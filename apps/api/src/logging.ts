import cluster from 'node:cluster';
import { types } from 'node:util';
import type { Configuration } from '#config';
import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, type LogFn, type Logger } from 'pino';
import { loggableMembers } from './loggable.js';

/**
 * The log of the service. Whoever writes a line, its members pass an allow-list; its sentence is taken as it is, and
 * nothing is ever put into it.
 */
export function buildLogger(level: Configuration['logLevel']): Logger {
  const logger = pino({
    level,
    // Workers write to one log.
    base: cluster.isWorker ? { pid: process.pid } : null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: { logMethod: writeLoggable },
    // Pino would describe an error once more.
    serializers: { err: (described: unknown) => described },
  });
  return Object.assign(logger, { child: refuseBindings, setBindings: refuseBindings });
}

/** Pino would write an error's message where a line has none, and fill the gaps of a sentence with what follows it. */
function writeLoggable(this: Logger, [first, second]: unknown[], write: LogFn): void {
  const members = types.isNativeError(first) ? { err: first } : first;
  const sentence = typeof first === 'string' ? first : second;
  write.call(
    this,
    typeof members === 'object' && members !== null ? loggableMembers(members) : {},
    typeof sentence === 'string' ? sentence : '',
  );
}

/** What is bound to a logger is written before anything can look at it. */
function refuseBindings(): never {
  throw new Error('A line is given its members when it is written.');
}

/** Node would print an error that nobody caught with all that its driver added: SQL and its parameters. */
export function endOnUncaughtError(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'An error that nobody caught ends the process.');
    process.exit(1);
  });
}

/** Where Nest writes the message of an error into a sentence of its own, behind a colon. */
const QUOTES_ERRORS = ['TypeOrmModule', 'NestApplication'];

/** Sends what Nest and the rooms log to pino. The last parameter of each call is the name of its context. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  // Nest tells at start of every route and module: of interest to whoever looks for a fault there.
  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(
    level: 'error' | 'warn' | 'debug' | 'trace',
    message: unknown,
    rest: readonly unknown[],
  ): void {
    const context = rest.at(-1);
    if (types.isNativeError(message)) this.logger[level]({ context, err: message }, 'Something failed.');
    else if (typeof message === 'object' && message !== null)
      this.logger[level](
        { ...message, context },
        rest.length > 1 && typeof rest[0] === 'string' ? rest[0] : '',
      );
    else this.logger[level]({ context }, sentenceOf(String(message), context));
  }
}

function sentenceOf(message: string, context: unknown): string {
  return QUOTES_ERRORS.includes(String(context)) ? message.replace(/: .*/s, '') : message;
}

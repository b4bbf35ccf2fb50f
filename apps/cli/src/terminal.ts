/** What a command sees of the process that it runs in. */
export interface Terminal {
  environment: NodeJS.ProcessEnv;
  print(line: string): void;
  complain(line: string): void;
  /** Sets the status to exit with, once everything is closed. */
  exitWith(status: number): void;
}

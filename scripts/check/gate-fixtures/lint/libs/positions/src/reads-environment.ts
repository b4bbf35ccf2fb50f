// breaks: house/no-process-env (5)
import { env } from 'node:process';

const { env: again } = process;

export const ports = [env['PORT'], again['PORT'], process.env['PORT'], process['env']['PORT']];
export const fromGlobal = globalThis.process.env['PORT'];

import { readFileSync } from 'node:fs';
import { readConfigFile } from './config-file.js';
import { SECRET_SETTINGS, settingsSchema } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const SETTINGS: ReadonlySet<string> = new Set([
  ...Object.keys(settingsSchema.shape),
  ...SECRET_SETTINGS.map((name) => `${name}_FILE`),
]);
const PARTS = ['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD', 'PGPASSWORD_FILE'];

/**
 * All that was given: the environment, overridden by `CONFIG_FILE`, with secrets read from their files.
 *
 * @param secrets those that are needed; the files of others are not read
 */
export function givenValues(
  environment: Environment,
  faults: string[],
  secrets: readonly string[] = SECRET_SETTINGS,
): Record<string, string | undefined> {
  return withSecretFiles(withConfigFile(withoutEmpty(environment), faults), faults, secrets);
}

/** An empty variable is how compose files and manifests say "not set". */
function withoutEmpty(environment: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

/**
 * Whatever the file says of a setting, directly or by a secret's file, takes the place of all that the environment says
 * of it; a setting that is empty in the file is not set.
 */
function withConfigFile(
  environment: Record<string, string | undefined>,
  faults: string[],
): Record<string, string | undefined> {
  const { CONFIG_FILE: path } = environment;
  if (path === undefined) return environment;
  const file = readConfigFile(path, faults);
  const values = { ...environment };
  for (const name of file.keys()) {
    // What looks like no name of a setting may be a line of a secret.
    const shown = /^[A-Z][A-Z0-9_]{1,40}$/.test(name) ? name : 'what stands before a =';
    if (!SETTINGS.has(name)) faults.push(`CONFIG_FILE: ${shown} is no setting`);
    if (name === 'CONFIG_FILE') faults.push('CONFIG_FILE: cannot be named in the file itself');
    for (const form of formsOf(name)) delete values[form];
  }
  for (const [name, value] of file) if (value !== '') values[name] = value;
  if (!file.has('DATABASE_URL') && !file.has('DATABASE_URL_FILE')) {
    const url = formsOf('DATABASE_URL').find((form) => values[form] !== undefined);
    const parts = PARTS.filter((name) => file.has(name));
    if (url !== undefined && parts.length > 0) {
      faults.push(
        `CONFIG_FILE: says ${parts.join(', ')}, which ${url} of the environment would overrule: say DATABASE_URL in the file, or nothing by DATABASE_URL=`,
      );
    }
  }
  return values;
}

/** The names under which a setting is known: a secret has two. */
function formsOf(name: string): string[] {
  const secret = SECRET_SETTINGS.find((each) => each === name || `${each}_FILE` === name);
  return secret === undefined ? [name] : [secret, `${secret}_FILE`];
}

function withSecretFiles(
  values: Record<string, string | undefined>,
  faults: string[],
  secrets: readonly string[],
): Record<string, string | undefined> {
  for (const name of secrets) {
    const file = values[`${name}_FILE`];
    if (file === undefined) continue;
    if (values[name] !== undefined) {
      faults.push(`${name}: is set both directly and through ${name}_FILE`);
      continue;
    }
    try {
      values[name] = readFileSync(file, 'utf8').trim();
    } catch {
      faults.push(`${name}_FILE: the file ${file} cannot be read`);
    }
  }
  return values;
}

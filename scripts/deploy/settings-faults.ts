import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, loadConfiguration, type Configuration } from '#config';

type Environment = Readonly<Record<string, string>>;
type Files = ReadonlyMap<string, string>;

/**
 * What the service has against an environment that it is given in production, where `files` says what is in the files
 * that the environment names. A variable that is no setting is a fault too.
 */
export async function settingsFaults(environment: Environment, files?: Files): Promise<readonly string[]> {
  return faultsIn(environment, files, { NODE_ENV: 'production' });
}

/** The same of an environment for a command, which needs less than the service does. */
export async function commandSettingsFaults(
  environment: Environment,
  files?: Files,
): Promise<readonly string[]> {
  return faultsIn(environment, files, {});
}

async function faultsIn(environment: Environment, files: Files = new Map(), around: Environment) {
  return withConfiguration(environment, files, () => [], around).catch((error: unknown) => {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  });
}

/**
 * Hands `look` what the service would make of such an environment.
 *
 * @throws ConfigurationError
 */
export async function withConfiguration<Result>(
  environment: Environment,
  files: Files,
  look: (configuration: Configuration) => Result,
  around: Environment = { NODE_ENV: 'production' },
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'settings-'));
  try {
    const lines: string[] = [];
    let index = 0;
    for (const [name, value] of Object.entries(environment)) {
      const content = files.get(value);
      if (name === 'CONFIG_FILE') {
        lines.push(content ?? `the file ${value} is not there`);
      } else if (content === undefined) {
        lines.push(`${name}='${value}'`);
      } else {
        const file = join(folder, `file-${(index += 1)}`);
        await writeFile(file, content);
        lines.push(`${name}='${file}'`);
      }
    }
    // As one file, because the service judges the names in its file, while an environment holds anything.
    const file = join(folder, 'settings.env');
    await writeFile(file, lines.join('\n'));
    return look(loadConfiguration({ ...around, CONFIG_FILE: file }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { contextFiles } from './context-files.ts';
import { readRecipe, type Stage, type Step } from './image-recipe.ts';

/** Where the official image keeps its programs. */
const BASE_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** What an image holds and says, in a plain folder. */
export interface ImageContent {
  /** The folder that stands for `/`. */
  readonly root: string;
  readonly workingFolder: string;
  /** As the image sets it, with its paths where they are here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly command: readonly string[];
}

/** A stage while it is being made. */
interface Layer {
  readonly root: string;
  workingFolder: string;
  readonly environment: Record<string, string>;
}

/**
 * Does in `folder`, which must not exist, what a container engine does with the Dockerfile of `project`, except that
 * it begins with nothing but the Node.js that runs this: each stage gets a folder of its own.
 *
 * @param listener is given all that the commands print
 * @throws Error naming the instruction that failed
 */
export async function buildImageContent(
  project: string,
  folder: string,
  listener: (text: string) => void = () => undefined,
): Promise<ImageContent> {
  const stages = readRecipe(await readFile(join(project, 'Dockerfile'), 'utf8'));
  const context = await contextFiles(project);
  const layers = new Map<string, Layer>();
  await mkdir(folder, { mode: 0o755 });
  for (const [index, stage] of stages.entries()) {
    const name = stage.name ?? String(index);
    const layer = await newLayer(join(folder, name));
    layers.set(name, layer);
    for (const step of stage.steps) {
      if (step.kind === 'copy' && step.from !== undefined) await copyFromLayer(step, layers, layer);
      else if (step.kind === 'copy') await copyFromContext(step, project, context, layer);
      else if (step.kind === 'run') await run(step.command, layer, listener);
      else if (step.kind === 'enter') layer.workingFolder = resolve(layer.workingFolder, step.folder);
      else layer.environment[step.name] = withVariables(step.value, layer.environment);
    }
  }
  const last = [...layers.values()].at(-1) as Layer;
  return contentOf(stages.at(-1) as Stage, last);
}

async function newLayer(root: string): Promise<Layer> {
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  // A copy, so that whoever may not enter the folder where this one is can run it.
  await copyFile(process.execPath, join(root, 'usr/local/bin/node'));
  await chmod(join(root, 'usr/local/bin/node'), 0o755);
  return { root, workingFolder: '/', environment: { PATH: BASE_PATH.join(':') } };
}

function contentOf(stage: Stage, { root, workingFolder, environment }: Layer): ImageContent {
  const [uid, gid] = (stage.said['USER'] ?? '').split(':').map(Number);
  if (!Number.isInteger(uid) || !Number.isInteger(gid)) throw new Error('USER is not in numbers.');
  if (!stage.command || stage.entrypoint === null) throw new Error('CMD or ENTRYPOINT is for a shell.');
  const path = (environment['PATH'] ?? '').split(':');
  return {
    root,
    workingFolder: join(root, workingFolder),
    // Programs that the official image has of Debian are this machine's.
    environment: {
      ...environment,
      PATH: [...path.map((each) => join(root, each)), '/usr/bin', '/bin'].join(':'),
    },
    user: { uid: uid as number, gid: gid as number },
    command: [...(stage.entrypoint ?? []), ...stage.command],
  };
}

async function copyFromContext(
  { sources, target }: Extract<Step, { kind: 'copy' }>,
  project: string,
  context: readonly string[],
  layer: Layer,
): Promise<void> {
  const toFolder = target.endsWith('/') || target === '.' || sources.length > 1;
  for (const source of sources) {
    const folder = source === '.' ? '' : `${source}/`;
    const inside = context.filter((file) => file.startsWith(folder));
    const isFile = context.includes(source);
    if (!isFile && inside.length === 0)
      throw new Error(`COPY ${source}: the build context has no such file.`);
    for (const file of isFile ? [source] : inside) {
      const relative = isFile ? (toFolder ? basename(file) : '') : file.slice(folder.length);
      const to = join(layer.root, resolve(layer.workingFolder, target), relative);
      await mkdir(dirname(to), { recursive: true });
      await copyFile(join(project, file), to);
    }
  }
}

async function copyFromLayer(
  { from = '', sources, target }: Extract<Step, { kind: 'copy' }>,
  layers: ReadonlyMap<string, Layer>,
  layer: Layer,
): Promise<void> {
  const other = layers.get(from);
  if (other === undefined)
    throw new Error(`COPY --from=${from}: there is no stage of that name before this one.`);
  for (const source of sources) {
    const path = join(other.root, resolve(other.workingFolder, source));
    if (!(await stat(path)).isDirectory()) throw new Error(`COPY --from=${from} ${source}: is no folder.`);
    const to = join(layer.root, resolve(layer.workingFolder, target));
    await cp(path, to, { recursive: true, verbatimSymlinks: true });
  }
}

async function run(command: string, layer: Layer, listener: (text: string) => void): Promise<void> {
  if (/(^|[\s=:;&|(<>'"`])[/~]/.test(command)) {
    throw new Error(`RUN ${command}: an absolute path would be one of this machine.`);
  }
  const cwd = join(layer.root, layer.workingFolder);
  await mkdir(cwd, { recursive: true });
  const child = spawn('/bin/sh', ['-c', command], {
    cwd,
    env: { ...ownEnvironment(layer.root), ...without(layer.environment, 'PATH') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      listener(text);
    });
  }
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0)
    throw new Error(`RUN ${command}: ended with status ${String(status)}.\n${said.slice(-4_000)}`);
}

/** This machine's, for its way to the registry, without what an `npm run` around this and its packages add. */
function ownEnvironment(root: string): Record<string, string | undefined> {
  const ofNpm =
    /^(npm_(lifecycle|package|command|execpath|node_execpath|config_(local_)?prefix)|INIT_CWD$|NODE_(ENV|OPTIONS)$)/i;
  const kept = Object.entries(process.env).filter(([name]) => !ofNpm.test(name));
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((each) => !each.includes('node_modules'));
  return { ...Object.fromEntries(kept), PATH: [join(root, 'usr/local/bin'), ...path].join(delimiter) };
}

function withVariables(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => values[name] ?? '');
}

function without<Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== name));
}

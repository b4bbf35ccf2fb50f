/**
 * `node scripts/build-image-content.ts <folder>`: makes in a new folder what `docker build` puts into the image, by
 * the same Dockerfile and .dockerignore, for machines without a container engine. It prints how to start what it made.
 */
import { join, resolve } from 'node:path';
import { buildImageContent } from './image/image-content.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Usage: node scripts/build-image-content.ts <folder that does not exist yet>\n');
  process.exit(2);
}
const project = join(import.meta.dirname, '..');
const { workingFolder, environment, command } = await buildImageContent(project, resolve(folder), (text) =>
  process.stderr.write(text),
);
process.stdout.write(`
cd ${workingFolder}
export ${Object.entries(environment)
  .map(([name, value]) => `${name}=${value}`)
  .join(' ')}
${command.join(' ')}
`);

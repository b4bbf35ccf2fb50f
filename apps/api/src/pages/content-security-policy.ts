import { createHash } from 'node:crypto';

/** A Content-Security-Policy under which a page may load what is named, may not be framed, and nothing else. */
export function contentSecurityPolicy(sources: Readonly<Record<string, string>>): string {
  const directives = {
    'default-src': "'none'",
    ...sources,
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/** The source that allows one inline style or script: the one with exactly this text. */
export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

/**
 * `npm run audit:dependencies`: asks the registry for known vulnerabilities of the packages that run in production,
 * and refuses high and critical ones. It needs the network, so it is no gate of `npm run check`; `.ci/run` runs it.
 * Where the registry does not answer nothing was judged, which is said and, with `--strict` or AUDIT_STRICT=true,
 * is a failure.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

interface Advisory {
  readonly title: string;
  readonly url: string;
}

/** Of a package: advisories of its own, and the names of the packages by which it has others'. */
interface Vulnerability {
  readonly name: string;
  readonly severity: string;
  readonly via: readonly (Advisory | string)[];
}

interface Report {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  readonly message?: string;
}

const REFUSED = ['high', 'critical'];

// One more attempt, soon: npm would wait for minutes for a registry that is away.
const AUDIT = [
  ...['audit', '--omit=dev', '--audit-level=high', '--json'],
  ...['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=60000'],
];

/** @returns what to say, and whether that is a failure */
function judge(said: string, isStrict: boolean): { verdict: string; isFailure: boolean } {
  const report = reportOf(said);
  const { vulnerabilities } = report;
  if (report.auditReportVersion === undefined || vulnerabilities === undefined) {
    const reason = report.message ?? 'npm audit gave no report.';
    const verdict = `NOTHING WAS JUDGED: whether dependencies are vulnerable is not known.\n${reason}`;
    return { verdict, isFailure: isStrict };
  }
  const all = Object.values(vulnerabilities);
  const refused = all.filter(({ severity }) => REFUSED.includes(severity));
  if (refused.length > 0) return { verdict: refused.map(describe).join('\n'), isFailure: true };
  const lesser = all.length === 0 ? '' : `, and ${all.length} of a lower severity`;
  return { verdict: `No high or critical advisory${lesser}.`, isFailure: false };
}

function reportOf(said: string): Report {
  try {
    return JSON.parse(said) as Report;
  } catch {
    return {};
  }
}

function describe({ name, severity, via }: Vulnerability): string {
  const reasons = via.map((reason) =>
    typeof reason === 'string' ? `by way of ${reason}` : `${reason.title} ${reason.url}`,
  );
  return `${name} (${severity}): ${reasons.join('; ')}`;
}

const npm = spawn('npm', AUDIT, {
  cwd: join(import.meta.dirname, '..'),
  stdio: ['ignore', 'pipe', 'ignore'],
});
// An npm that cannot be started says nothing.
npm.on('error', () => undefined);
const isStrict = process.argv.includes('--strict') || process.env['AUDIT_STRICT'] === 'true';
const { verdict, isFailure } = judge(await text(npm.stdout), isStrict);
console.log(verdict);
if (isFailure) process.exitCode = 1;

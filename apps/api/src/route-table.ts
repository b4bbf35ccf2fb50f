interface Route {
  readonly method: string;
  readonly segments: readonly string[];
}

/** Which methods each path takes, so that a wrong method can be told from an unknown path. */
export class RouteTable {
  private readonly routes: Route[] = [];

  add(methods: string | readonly string[], pattern: string): void {
    for (const method of [methods].flat()) this.routes.push({ method, segments: pattern.split('/') });
  }

  /** The methods of all routes that match a path, sorted; none for an unknown path. */
  methodsOf(path: string): string[] {
    const segments = path.split('/');
    const matching = this.routes.filter((route) => matches(route.segments, segments));
    return [...new Set(matching.map(({ method }) => method))].sort();
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.at(-1) === '*') return pattern.slice(0, -1).every((part, index) => part === segments[index]);
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
  );
}

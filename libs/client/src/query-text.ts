type Scalar = string | number | boolean | null | undefined;

/** A query as the service reads it: `state=A&state=B` for a list, `metadata[key]=value` for an object. */
export function toQueryText(query: Readonly<Record<string, unknown>>): string {
  const text = new URLSearchParams();
  const append = (name: string, value: Scalar): void => {
    if (value !== undefined && value !== null) text.append(name, String(value));
  };
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const one of value as Scalar[]) append(name, one);
    else if (typeof value !== 'object') append(name, value as Scalar);
    else for (const [key, one] of Object.entries(value ?? {})) append(`${name}[${key}]`, one as Scalar);
  }
  return text.toString();
}

/** Whatever came over the wire. Tests assert it whole, so that a type of its own would only repeat them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the text above says why
export type Json = any;

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed text; undefined when there is none or it is no JSON. */
  readonly body: Json;
}

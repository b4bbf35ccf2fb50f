/** What a successful command answers: known before its commit, so that it can be kept with it. */
export class Reply<Body = unknown> {
  private constructor(
    readonly status: 200 | 201 | 204,
    readonly body: Body,
  ) {}

  static ok<Body>(body: Body): Reply<Body> {
    return new Reply(200, body);
  }

  static created<Body>(body: Body): Reply<Body> {
    return new Reply(201, body);
  }

  static noContent(): Reply<undefined> {
    return new Reply(204, undefined);
  }
}

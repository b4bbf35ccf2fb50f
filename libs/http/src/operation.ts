import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtension,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
} from '@nestjs/swagger';
import { ApiList } from './list.js';

/** What the OpenAPI document says of a route. What follows from its kind is added to all routes alike. */
export interface OperationDescription {
  /** Names the operation in generated clients: camelCase, and never changed. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** The body of a 200. */
  readonly ok?: Type;
  /** The body of a 201. */
  readonly created?: Type;
  /** What a 200 is a page of. */
  readonly listOf?: Type;
  /** Whether it answers 204. */
  readonly noContent?: true;
  /** The codes of the refusals that are this operation's own; one that nobody declares stops the generator. */
  readonly refuses?: readonly string[];
  /** Where the examples of the fields, put together, would not make a sensible request or answer. */
  readonly example?: OperationExample;
}

/** Members in place of those that the schemas give as examples. */
export interface OperationExample {
  readonly request?: Readonly<Record<string, unknown>>;
  readonly answer?: Readonly<Record<string, unknown>>;
}

/** Extensions by which the words below reach whoever completes the document; it takes them out again. */
export const REFUSES = 'x-refuses';
export const EXAMPLE = 'x-example';

/** Describes a route. */
export function Operation(operation: OperationDescription): MethodDecorator {
  const { id, summary, description, ok, created, listOf, noContent, refuses = [], example = {} } = operation;
  return applyDecorators(
    ApiOperation({ operationId: id, summary, ...(description === undefined ? {} : { description }) }),
    ApiExtension(REFUSES, refuses),
    ApiExtension(EXAMPLE, example),
    ...(ok === undefined ? [] : [ApiOkResponse({ type: ok })]),
    ...(created === undefined ? [] : [ApiCreatedResponse({ type: created })]),
    ...(listOf === undefined ? [] : [ApiList(listOf)]),
    ...(noContent === undefined ? [] : [ApiNoContentResponse()]),
  );
}

import { declareFaults } from '#kernel';

/** What can be wrong with a request before any rule of the domain looks at it. */
export const requestFaults = declareFaults({
  'request.invalid': {
    kind: 'malformed',
    title: 'Invalid request',
    meaning:
      'One or more fields are missing, unknown or of the wrong form; `errors` names each with a pointer.',
  },
  'request.malformed_json': {
    kind: 'malformed',
    title: 'Malformed JSON',
    meaning:
      'The body is not JSON text (RFC 8259) in UTF-8, names a member twice in one object, or uses a forbidden member name such as `__proto__`.',
  },
  'request.malformed': {
    kind: 'malformed',
    title: 'Malformed request',
    meaning: 'The request line, a header or the framing of the body is not well formed.',
  },
  'request.malformed_header': {
    kind: 'malformed',
    title: 'Malformed header',
    meaning: 'A header does not have the form that it must have; `header` names it.',
  },
  'request.unknown_route': {
    kind: 'unknown',
    title: 'Unknown route',
    meaning: 'There is no such path.',
  },
  'request.wrong_method': {
    kind: 'method_not_allowed',
    title: 'Wrong method',
    meaning: 'The path does not take this method; the `Allow` header lists those it takes.',
  },
  'request.too_large': {
    kind: 'too_large',
    title: 'Body too large',
    meaning: 'The body is larger than 1 MiB.',
  },
  'request.header_too_large': {
    kind: 'header_too_large',
    title: 'URL or headers too large',
    meaning: 'The URL and the headers take more than 16 KiB together.',
  },
  'request.timed_out': {
    kind: 'timed_out',
    title: 'Request timed out',
    meaning: 'The request did not arrive whole within 30 seconds.',
  },
  'request.too_many': {
    kind: 'too_many_requests',
    title: 'Too many requests',
    meaning:
      'The key was used too often, or its source sent too many bad keys: `violated-policies` names the limit, as the `RateLimit` fields do. Wait for as long as `Retry-After` says.',
  },
  'request.unsupported_media_type': {
    kind: 'unsupported_media_type',
    title: 'Unsupported media type',
    meaning: 'Bodies are JSON and are sent with `Content-Type: application/json`.',
  },
  'access.forbidden': {
    kind: 'forbidden',
    title: 'Not allowed to this role',
    meaning: 'The key is good, but its role may not do this.',
  },
  'service.unavailable': {
    kind: 'unavailable',
    title: 'Store unavailable',
    meaning:
      'The store cannot be reached or is too busy. Nothing is known to have changed: send the request again later.',
  },
  'service.fault': {
    kind: 'internal',
    title: 'Internal fault',
    meaning: 'The service failed in a way that it should not have. Give the `requestId` to the operator.',
  },
});

/** What can be wrong with one field of a request. */
export const fieldFaults = declareFaults({
  'field.required': { kind: 'malformed', title: 'Missing field', meaning: 'The field must be given.' },
  'field.unknown': {
    kind: 'malformed',
    title: 'Unknown field',
    meaning: 'There is no such field or parameter.',
  },
  'field.wrong_type': {
    kind: 'malformed',
    title: 'Wrong type',
    meaning: 'The value has the wrong JSON type.',
  },
  'field.wrong_length': {
    kind: 'malformed',
    title: 'Wrong length',
    meaning: 'The text or list is shorter or longer than allowed.',
  },
  'field.forbidden_character': {
    kind: 'malformed',
    title: 'Forbidden character',
    meaning: 'Texts hold no control characters and no lone surrogates.',
  },
  'field.not_allowed': {
    kind: 'malformed',
    title: 'Value not allowed',
    meaning: 'The value is not one of those that the field takes, or is out of its range.',
  },
  'field.malformed': {
    kind: 'malformed',
    title: 'Malformed value',
    meaning: 'The value does not have the form that the field asks for.',
  },
  'field.too_deep': {
    kind: 'malformed',
    title: 'JSON too deep',
    meaning: 'The JSON is nested deeper than 16 levels.',
  },
  'field.too_large': {
    kind: 'malformed',
    title: 'JSON too large',
    meaning: 'The JSON is larger than may be: free JSON takes 16 KiB at most.',
  },
});

export type FieldFaultCode = keyof typeof fieldFaults | 'money.malformed_amount' | 'money.unknown_currency';

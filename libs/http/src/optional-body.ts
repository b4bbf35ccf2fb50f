const optionalBodies = new WeakSet<object>();

/** Of a request class: its body may be left out, and is an empty object then. */
export function OptionalBody(): ClassDecorator {
  return (requestClass) => {
    optionalBodies.add(requestClass);
  };
}

export function isOptionalBody(requestClass: object): boolean {
  return optionalBodies.has(requestClass);
}

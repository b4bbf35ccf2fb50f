const FREE_MEMBERS = 'escrowgrid:free-members';

/** Marks a field whose content is the client's own: it is checked as a whole, and kept as it was sent. */
export const Free: PropertyDecorator = (target, property) => {
  Reflect.defineMetadata(FREE_MEMBERS, [...freeMembersOf(target), property], target);
};

/** The names of the fields so marked, of a request class's prototype. */
export function freeMembersOf(prototype: object): readonly string[] {
  return (Reflect.getMetadata(FREE_MEMBERS, prototype) as readonly string[] | undefined) ?? [];
}

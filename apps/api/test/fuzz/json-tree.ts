/** JSON text in parts, which need not be well formed: a token is any text, and members may be repeated. */
export type Tree =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | { readonly kind: 'object'; readonly members: readonly Member[] };
type Member = readonly [name: string, value: Tree];

export function token(text: string): Tree {
  return { kind: 'token', text };
}

/** The tree of a value that JSON can hold. */
export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return token(JSON.stringify(value));
  return { kind: 'object', members: Object.entries(value).map(([name, part]) => [name, treeOf(part)]) };
}

export function textOf(tree: Tree): string {
  if (tree.kind === 'token') return tree.text;
  if (tree.kind === 'list') return `[${tree.items.map(textOf).join(',')}]`;
  return `{${tree.members.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join(',')}}`;
}

/** How many trees a tree consists of, itself included. */
export function sizeOf(tree: Tree): number {
  return 1 + partsOf(tree).reduce((size, part) => size + sizeOf(part), 0);
}

function partsOf(tree: Tree): readonly Tree[] {
  if (tree.kind === 'token') return [];
  return tree.kind === 'list' ? tree.items : tree.members.map(([, value]) => value);
}

/** Where its tokens of some kind stand, counted as by {@link changedAt}. */
export function tokensIn(tree: Tree, isMeant: (text: string) => boolean, index = 0): number[] {
  if (tree.kind === 'token') return isMeant(tree.text) ? [index] : [];
  let next = index + 1;
  return partsOf(tree).flatMap((part) => {
    const found = tokensIn(part, isMeant, next);
    next += sizeOf(part);
    return found;
  });
}

/** Whether an object in it names a member twice. */
export function hasTwins(tree: Tree): boolean {
  const names = tree.kind === 'object' ? tree.members.map(([name]) => name) : [];
  return new Set(names).size < names.length || partsOf(tree).some(hasTwins);
}

/** A tree with one of its trees changed; they are counted from the root, each before its parts. */
export function changedAt(tree: Tree, index: number, change: (tree: Tree) => Tree): Tree {
  if (index === 0) return change(tree);
  let passed = 1;
  const step = (part: Tree): Tree => {
    const at = index - passed;
    passed += sizeOf(part);
    return at >= 0 && index < passed ? changedAt(part, at, change) : part;
  };
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(step) };
  if (tree.kind === 'object') {
    return { ...tree, members: tree.members.map(([name, value]) => [name, step(value)]) };
  }
  return tree;
}

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const LIBS = join(import.meta.dirname, '../../libs');

/** What takes neither changes nor a scope, and why nobody learns anything of another's by it. */
const UNSCOPED: Readonly<Record<string, string>> = {
  'IdempotencyRepository.find': 'Found by its owner, who is part of the key.',
  'IdempotencyRepository.findRequestHash': 'Found by its owner, who is part of the key.',
  'IdempotencyRepository.removeExpired': 'Maintenance, which shows nothing.',
  'ApiKeyRepository.noteUses': 'Maintenance, which shows nothing.',
  'ApiKeyRepository.renewHashes': 'Maintenance, which shows nothing.',
};

interface Method {
  readonly name: string;
  /** As it is written, `scope: Scope`. */
  readonly first: string;
}

/** The methods of the ports that a file of a domain declares. */
function portMethods(path: string, text: string): Method[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return source.statements.filter(isPort).flatMap((port) =>
    port.members.filter(isShown).map((member) => ({
      name: `${port.name?.text}.${member.name?.getText(source)}`,
      first: ts.isFunctionLike(member) ? (member.parameters[0]?.getText(source) ?? '') : '',
    })),
  );
}

function isPort(statement: ts.Statement): statement is ts.ClassDeclaration {
  return ts.isClassDeclaration(statement) && has(statement, ts.SyntaxKind.AbstractKeyword);
}

/** Whatever others can reach, but for the constructor. */
function isShown(member: ts.ClassElement): boolean {
  return !ts.isConstructorDeclaration(member) && !has(member, ts.SyntaxKind.PrivateKeyword);
}

function has(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && ts.getModifiers(node)?.some((one) => one.kind === kind) === true;
}

/** Those that read without saying for whom. */
function unscoped(methods: readonly Method[]): string[] {
  return methods
    .filter(({ first }) => first !== 'scope: Scope' && first !== 'changes: Changes')
    .map(({ name }) => name);
}

/** The methods of every port of every room. */
function allPortMethods(): Method[] {
  return readdirSync(LIBS, { recursive: true, withFileTypes: true })
    .filter(({ name, parentPath }) => basename(parentPath) === 'domain' && name.endsWith('.ts'))
    .filter(({ name }) => !name.endsWith('.spec.ts'))
    .map(({ name, parentPath }) => join(parentPath, name))
    .flatMap((path) => portMethods(path, readFileSync(path, 'utf8')));
}

describe('ports', () => {
  it('are read for a scope, but for what is named here with a reason', () => {
    expect(unscoped(allPortMethods()).sort()).toEqual(Object.keys(UNSCOPED).sort());
  });

  it('are all looked at', () => {
    const ports = new Set(allPortMethods().map(({ name }) => name.split('.', 1)[0]));
    const files = readdirSync(LIBS, { recursive: true, encoding: 'utf8' });
    const expected = files.filter((path) => /domain\/[a-z-]+-(?:repository|records)\.ts$/.test(path));
    expect(ports.size).toBeGreaterThanOrEqual(expected.length);
    expect(expected.length).toBeGreaterThan(9);
  });

  it('that can be read without a scope are found out', () => {
    const port = `
      export abstract class LoanRepository {
        private constructor() {}
        abstract insert(changes: Changes, loan: Loan): void;
        abstract find(scope: Scope, id: string): Promise<Loan | undefined>;
        abstract findByNumber(number: string, scope: Scope): Promise<Loan | undefined>;
        abstract readonly all: AsyncIterable<Loan>;
        async count(): Promise<number> { return 0; }
        abstract list(
          // Of everybody.
          scope: Scope | undefined,
        ): Promise<Loan[]>;
      }
      class Loans { find(id: string): Loan { return id; } }`;
    expect(unscoped(portMethods('loan-repository.ts', port))).toEqual([
      'LoanRepository.findByNumber',
      'LoanRepository.all',
      'LoanRepository.count',
      'LoanRepository.list',
    ]);
  });
});

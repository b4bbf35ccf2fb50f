import { parser } from '@prometheus-io/lezer-promql';

/** One selector of a query: what it asks for, and the labels by which it narrows it. */
export interface Selector {
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly text: string;
}

/** What a PromQL query refers to. */
export interface Query {
  readonly selectors: readonly Selector[];
  /** The labels that it groups or joins by. */
  readonly grouping: readonly string[];
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/**
 * Reads a query by Prometheus' own grammar.
 *
 * @throws Error naming the place where it is none
 */
export function readQuery(query: string): Query {
  const tree = parser.parse(query);
  const grouping: string[] = [];
  const selectors: Selector[] = [];
  const textOf = ({ from, to }: { readonly from: number; readonly to: number }): string =>
    query.slice(from, to);
  tree.iterate({
    enter: ({ type, node, from }) => {
      if (type.isError) throw new Error(`This is no PromQL from «${query.slice(from)}» on: ${query}`);
      if (node.name === 'GroupingLabels') grouping.push(...node.getChildren('LabelName').map(textOf));
      if (node.name === 'VectorSelector') selectors.push(readSelector(node, textOf));
    },
  });
  if (selectors.length === 0) throw new Error(`This asks for nothing: ${query}`);
  return { selectors, grouping };
}

function readSelector(selector: Node, textOf: (node: Node) => string): Selector {
  const name = selector.getChild('Identifier');
  if (name === null) throw new Error(`A selector names its metric first: ${textOf(selector)}`);
  const matchers = selector.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  return {
    name: textOf(name),
    matchers: matchers.map((matcher) => {
      const [label, operator, text] = ['LabelName', 'MatchOp', 'StringLiteral'].map((part) => {
        const node = matcher.getChild(part);
        return node === null ? '' : textOf(node);
      }) as [string, string, string];
      return { label, operator, text: text.slice(1, -1) };
    }),
  };
}

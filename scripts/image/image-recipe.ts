import {
  DockerfileParser,
  type Instruction,
  type JSONInstruction,
  type PropertyInstruction,
} from 'dockerfile-ast';

export type Step =
  | {
      readonly kind: 'copy';
      /** The stage that is copied from; the build context unless set. */
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'enter'; readonly folder: string }
  | { readonly kind: 'set'; readonly name: string; readonly value: string };

/** One FROM of a Dockerfile and what follows it. */
export interface Stage {
  readonly name: string | undefined;
  /** The image it begins with, variables put in. */
  readonly base: string;
  readonly steps: readonly Step[];
  /** What is said of the image and changes no file: USER, EXPOSE, STOPSIGNAL, LABEL as they are written. */
  readonly said: Readonly<Record<string, string>>;
  /** Words of exec form; undefined where the instruction is absent, null where it is for a shell. */
  readonly entrypoint: readonly string[] | null | undefined;
  readonly command: readonly string[] | null | undefined;
}

/**
 * Reads the stages of a Dockerfile.
 *
 * @throws Error naming an instruction that is none of those that this project uses
 */
export function readRecipe(text: string): Stage[] {
  const instructions = DockerfileParser.parse(text).getInstructions();
  const starts = instructions.flatMap((each, index) => (each.getKeyword() === 'FROM' ? [index] : []));
  for (const each of instructions.slice(0, starts[0])) {
    if (each.getKeyword() !== 'ARG') throw new Error(`${each.getKeyword()} stands before the first FROM.`);
  }
  return starts.map((start, index) => stageOf(instructions.slice(start, starts[index + 1])));
}

function stageOf([from, ...instructions]: readonly Instruction[]): Stage {
  const [base = '', , name] = wordsOf(from, 'getExpandedArguments');
  const said: Record<string, string> = {};
  const steps: Step[] = [];
  const commands: Partial<Record<string, string[] | null>> = {};
  for (const instruction of instructions) {
    const keyword = instruction.getKeyword();
    if (['USER', 'EXPOSE', 'STOPSIGNAL', 'LABEL'].includes(keyword)) {
      said[keyword] = instruction.getArgumentsContent() ?? '';
    } else if (['CMD', 'ENTRYPOINT'].includes(keyword)) {
      commands[keyword] = execForm(instruction as JSONInstruction);
    } else {
      steps.push(...stepsOf(instruction));
    }
  }
  return { name, base, steps, said, entrypoint: commands['ENTRYPOINT'], command: commands['CMD'] };
}

function stepsOf(instruction: Instruction): Step[] {
  const keyword = instruction.getKeyword();
  switch (keyword) {
    case 'COPY': {
      const words = wordsOf(instruction);
      const from = (instruction as JSONInstruction).getFlags().find((flag) => flag.getName() === 'from');
      const target = words.at(-1) ?? '';
      return [{ kind: 'copy', from: from?.getValue() ?? undefined, sources: words.slice(0, -1), target }];
    }
    case 'RUN':
      return [{ kind: 'run', command: instruction.getArgumentsContent() ?? '' }];
    case 'WORKDIR':
      return [{ kind: 'enter', folder: wordsOf(instruction)[0] ?? '' }];
    case 'ENV':
      return (instruction as PropertyInstruction).getProperties().map((property) => ({
        kind: 'set',
        name: property.getName(),
        value: property.getUnescapedValue() ?? '',
      }));
    default:
      throw new Error(`${keyword} is no instruction that can be followed here.`);
  }
}

function wordsOf(
  instruction: Instruction | undefined,
  form: 'getArguments' | 'getExpandedArguments' = 'getArguments',
): string[] {
  return instruction?.[form]().map((word) => word.getValue()) ?? [];
}

function execForm(instruction: JSONInstruction): string[] | null {
  if (instruction.getOpeningBracket() === null) return null;
  return instruction.getJSONStrings().map((word) => word.getJSONValue());
}

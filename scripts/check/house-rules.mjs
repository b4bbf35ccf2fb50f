/**
 * The house's own lint rules. Each has a name of its own, so that one file can be under several of them; the
 * built-in no-restricted-syntax can be configured only once per file.
 */
import { basename, relative } from 'node:path';

/** A rule that refuses whatever matches one of the selectors. */
function refuse(message, ...selectors) {
  return {
    meta: { type: 'problem', schema: [] },
    create: (context) => ({ [selectors.join(', ')]: (node) => context.report({ node, message }) }),
  };
}

const vagueWord = '(utils?|common|helpers?|managers?|base|impl)';
const vagueFile = new RegExp(`(^|[-./])${vagueWord}([-./]|$)`);
const kebabFile = /^\.?[a-z0-9]+([-.][a-z0-9]+)*$/;
const vagueType = /(Utils?|Common|Helpers?|Managers?|Base|Impl)(?![a-z])/;
const prefixedInterface = /^I[A-Z][a-z]/;

const names = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const declared = (node) => {
      if (node.id && (vagueType.test(node.id.name) || prefixedInterface.test(node.id.name))) {
        context.report({
          node: node.id,
          message: `${node.id.name} says nothing of what it is: name it after that.`,
        });
      }
    };
    return {
      Program(node) {
        const path = relative(context.cwd, context.filename);
        if (vagueFile.test(path) || !kebabFile.test(basename(path))) {
          context.report({
            node,
            message: `${path}: files are kebab-case, named after their one main export.`,
          });
        }
      },
      ClassDeclaration: declared,
      TSInterfaceDeclaration: declared,
      TSTypeAliasDeclaration: declared,
    };
  },
};

/** The callbacks of describe(...) and describe.each(...)(...) hold a suite, not a function's worth of work. */
function isSuite(node) {
  if (node.parent.type !== 'CallExpression') return false;
  let callee = node.parent.callee;
  while (callee.type === 'CallExpression' || callee.type === 'MemberExpression')
    callee = callee.callee ?? callee.object;
  return callee.name === 'describe';
}

const functionLength = {
  meta: { type: 'suggestion', schema: [{ type: 'integer' }] },
  create(context) {
    const [max] = context.options;
    const check = (node) => {
      const lines = node.loc.end.line - node.loc.start.line + 1;
      if (lines <= max || isSuite(node)) return;
      context.report({
        node,
        loc: node.loc.start,
        message: `A function of ${lines} lines; at most ${max} are allowed.`,
      });
    };
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};

const explainDisable = {
  meta: { type: 'suggestion', schema: [] },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S/.test(comment.value)) {
          context.report({ loc: comment.loc, message: 'Say after " -- " why the rule does not hold here.' });
        }
      }
    },
  }),
};

const clock = 'The domain is told the time: take it as an argument.';

export const house = {
  rules: {
    names,
    'function-length': functionLength,
    'explain-disable': explainDisable,
    'no-default-export': refuse(
      'Named exports only.',
      'ExportDefaultDeclaration',
      'ExportSpecifier[exported.name="default"]',
    ),
    'no-process-env': refuse(
      'The environment is read in libs/config alone.',
      'MemberExpression[object.name="process"][property.name="env"]',
      'MemberExpression[object.name="process"][property.value="env"]',
      'MemberExpression[object.property.name="process"][property.name="env"]',
      'VariableDeclarator[init.name="process"] > ObjectPattern > Property[key.name="env"]',
      'ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name="env"]',
    ),
    'no-floating-money': refuse(
      'Money is never a floating-point number.',
      'CallExpression[callee.name=/^(parseFloat|Number)$/]',
      'MemberExpression[object.name="Number"][property.name="parseFloat"]',
      'MemberExpression[property.name=/^(toFixed|toPrecision|toExponential)$/]',
      'UnaryExpression[operator="+"]',
    ),
    'pure-domain': refuse(
      `${clock} Ids and chance come from outside as well.`,
      'CallExpression[callee.object.name=/^(Date|performance)$/][callee.property.name="now"]',
      'NewExpression[callee.name="Date"][arguments.length=0]',
      'CallExpression[callee.name="Date"]',
      'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
      'Identifier[name=/^(randomUUID|randomBytes|randomInt|getRandomValues|hrtime|newId)$/]',
    ),
    'no-forward-ref': refuse(
      'Two rooms that need each other are cut wrongly: no forwardRef.',
      'Identifier[name="forwardRef"]',
    ),
    'no-save': refuse(
      'save() reads before it writes and opens a transaction of its own: stage an insert or a guarded update.',
      'CallExpression[callee.property.name="save"]',
    ),
    'no-skipped-test': refuse(
      'A test that does not run, or keeps others from running, holds nothing.',
      'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(skip|only|todo|failing)$/]',
      'CallExpression[callee.name=/^(xit|xtest|xdescribe|fit|fdescribe)$/]',
    ),
  },
};

import { parse } from 'unbash';
import type { Steps } from '../../sim/index.ts';
import { dynamicSubscript } from '../expand/parameter.ts';
import { doubleQuote, quoteIfNeeded } from '../expand/quote.ts';
import { arrayText, attributeLetters } from '../expand/transform.ts';
import { assignArray, assignCompound } from '../interpreter/array-value.ts';
import { assign, isName, splitReference, unsetVariable } from '../interpreter/assign.ts';
import { Associative } from '../interpreter/assoc.ts';
import { type Builtin, badOptions, type Call, parseOptions } from '../interpreter/builtin.ts';
import { ExpressionError, ShellError } from '../interpreter/flow.ts';
import { Indexed } from '../interpreter/indexed.ts';
import { functionText } from '../interpreter/print-function.ts';
import type { Shell } from '../interpreter/shell.ts';
import { isAssociative, isIndexed, type Variable } from '../interpreter/variables.ts';

/** A variable as `declare -p` shows it. */
export function declareLine(name: string, variable: Variable): string {
  const letters = attributeLetters(variable);
  const head = `declare -${letters === '' ? '-' : letters} ${name}`;
  if (isIndexed(variable.value) || isAssociative(variable.value)) return `${head}=${arrayText(variable)}`;
  return variable.value === undefined ? head : `${head}=${doubleQuote(variable.value)}`;
}

/** A variable as `set` shows it. */
export function setLine(name: string, variable: Variable): string {
  if (isIndexed(variable.value) || isAssociative(variable.value)) return `${name}=${arrayText(variable)}`;
  return `${name}=${variable.value === '' ? '' : quoteIfNeeded(variable.value ?? '')}`;
}

const ATTRIBUTES: Record<string, keyof Variable> = {
  i: 'integer',
  l: 'lower',
  u: 'upper',
  c: 'capitalize',
  n: 'nameref',
  r: 'readonly',
  t: 'trace',
  x: 'exported',
};

function* declare(call: Call, local: boolean): Steps<number> {
  const { shell } = call;
  const options = parseOptions(call.args, 'aAfFgiIlnprtuxc', '', true);
  const bad = yield* badOptions(call, options);
  if (bad !== undefined) return bad;
  const { letters, rest, count } = options;
  if (local && !shell.inFunction) return yield* call.fail('can only be used in a function');
  if (letters.has('f') || letters.has('F')) return yield* declareFunctions(call, letters, rest);
  if (letters.has('p') || rest.length === 0) {
    if (rest.length === 0) return yield* listVariables(call, letters, local);
    return yield* printVariables(call, rest);
  }
  let status = 0;
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === '-' && local) {
      saveOptions(shell);
      continue;
    }
    try {
      status = Math.max(status, yield* declareOne(call, rest[i] as string, count + i, letters, local));
    } catch (error) {
      if (!(error instanceof ShellError) || error.fatal || error instanceof ExpressionError) throw error;
      yield* shell.error(
        error.message.startsWith(`${call.name}:`) ? error.message : `${call.name}: ${error.message}`,
      );
      status = 1;
    }
  }
  return status;
}

function saveOptions(shell: Shell): void {
  const { options } = shell;
  const saved = options.save();
  shell.variables.atLeave(() => options.restore(saved));
}

function* declareOne(
  call: Call,
  text: string,
  index: number,
  letters: ReadonlySet<string>,
  local: boolean,
): Steps<number> {
  const { shell } = call;
  const match = /^([A-Za-z_]\w*)(?:\[([^\]]*)\])?(?:(\+?=)([\s\S]*))?$/.exec(text);
  if (!match) return yield* call.fail(`\`${text}': not a valid identifier`);
  const [, name = '', subscript, operator, value] = match;
  const isLocal = local || (shell.inFunction && !letters.has('g'));
  const variable = target(shell, letters.has('n') ? name : resolved(shell, name, isLocal), isLocal, letters);
  const problem = applyAttributes(name, variable, letters, operator !== undefined);
  if (problem) {
    yield* call.fail(problem);
    return 1;
  }
  const array = call.arrays.get(index);
  if (array?.value.type === 'ArrayValue') {
    if (!letters.has('A') && !isAssociative(variable.value) && variable.kind === undefined)
      variable.kind = 'indexed';
    yield* assignCompound(shell, name, array.value, operator === '+=', variable);
  } else if (operator !== undefined) {
    if (variable.nameref && letters.has('n')) {
      if (value === name) {
        yield* call.fail(`${name}: nameref variable self references not allowed`);
        return 1;
      }
      if (!/^[A-Za-z_]\w*(?:\[.+\])?$/s.test(value ?? '')) {
        yield* call.fail(`\`${value}': invalid variable name for name reference`);
        return 1;
      }
      variable.value = value;
    } else
      yield* assignDeclared(shell, variable, {
        name,
        subscript,
        value: value ?? '',
        append: operator === '+=',
      });
  } else if (subscript !== undefined && variable.kind === undefined) variable.kind = 'indexed';
  if (letters.has('r')) variable.readonly = true;
  return 0;
}

/** A nameref is followed, unless it is made here. */
function resolved(shell: Shell, name: string, isLocal: boolean): string {
  if (isLocal && !shell.variables.findLocal(name)) return name;
  const at = shell.variables.target(name);
  return isName(at) ? at : name;
}

function* assignDeclared(
  shell: Shell,
  variable: Variable,
  given: { name: string; subscript: string | undefined; value: string; append: boolean },
): Steps<void> {
  const { name, subscript, value, append } = given;
  // `declare "a=(1 2)"` on an array assigns the list.
  if (
    subscript === undefined &&
    /^\(.*\)$/s.test(value) &&
    (variable.kind || isIndexed(variable.value) || isAssociative(variable.value))
  ) {
    const node = parse(`x=${value}`).commands[0]?.command;
    const first = node?.type === 'Command' ? node.prefix[0] : undefined;
    if (first?.type === 'Assignment' && first.value.type === 'ArrayValue') {
      yield* assignArray(shell, name, first.value, append, variable);
      return;
    }
  }
  const key = subscript === undefined ? undefined : yield* dynamicSubscript(shell, name, subscript);
  assign(shell, name, key, value, { variable, append });
}

function target(shell: Shell, name: string, isLocal: boolean, letters: ReadonlySet<string>): Variable {
  if (letters.has('g')) return shell.variables.ensureGlobal(name);
  if (!isLocal) {
    if (shell.variables.isDynamic(name)) shell.variables.forgetDynamic(name);
    return shell.variables.ensure(name);
  }
  const outer = shell.variables.find(name);
  const { variable, isNew } = shell.variables.ensureLocal(name);
  if (isNew && outer && (letters.has('I') || shell.options.shopt('localvar_inherit'))) {
    Object.assign(variable, outer);
    variable.value = isIndexed(outer.value) ? outer.value.clone() : outer.value;
  }
  return variable;
}

function applyAttributes(
  name: string,
  variable: Variable,
  letters: ReadonlySet<string>,
  assigns: boolean,
): string | undefined {
  for (const [letter, attribute] of Object.entries(ATTRIBUTES)) {
    if (letters.has(`+${letter}`)) {
      if (letter === 'r' && variable.readonly) return `${name}: readonly variable`;
      delete variable[attribute];
    }
    if (letters.has(letter) && letter !== 'r') Object.assign(variable, { [attribute]: true });
  }
  if (variable.readonly && assigns) return `${name}: readonly variable`;
  if (letters.has('l')) delete variable.upper;
  if (letters.has('u')) delete variable.lower;
  if (letters.has('A')) {
    if (isIndexed(variable.value)) return `${name}: cannot convert indexed to associative array`;
    variable.kind = 'associative';
    if (typeof variable.value === 'string') variable.value = withZero(variable.value);
  } else if (letters.has('a')) {
    if (isAssociative(variable.value)) return `${name}: cannot convert associative to indexed array`;
    variable.kind = 'indexed';
    if (typeof variable.value === 'string') variable.value = Indexed.of([variable.value]);
  }
  return undefined;
}

function withZero(value: string): Associative {
  const array = new Associative();
  array.set('0', value);
  return array;
}

function* listVariables(call: Call, letters: ReadonlySet<string>, local: boolean): Steps<number> {
  const { shell } = call;
  const wanted = [...letters].filter((letter) => letter !== 'p' && letter !== 'g');
  let out = '';
  const names = local ? shell.variables.localNames() : shell.variables.names();
  for (const name of names) {
    const variable = shell.variables.find(name);
    if (!variable) continue;
    const own = attributeLetters(variable);
    if (wanted.length > 0 && !wanted.some((letter) => own.includes(letter))) continue;
    if (wanted.length === 0 && !letters.has('p') && !local) {
      if (variable.value !== undefined) out += `${setLine(name, variable)}\n`;
    } else
      out += local && !letters.has('p') ? `${setLine(name, variable)}\n` : `${declareLine(name, variable)}\n`;
  }
  if (wanted.length === 0 && !letters.has('p') && !local) {
    for (const name of [...shell.functions.keys()].sort()) out += functionText(shell, name);
  }
  yield* call.out(out);
  return 0;
}

function* printVariables(call: Call, names: readonly string[]): Steps<number> {
  let status = 0;
  for (const name of names) {
    const variable = call.shell.variables.find(name);
    if (variable) yield* call.out(`${declareLine(name, variable)}\n`);
    else status = yield* call.fail(`${name}: not found`);
  }
  return status;
}

function* declareFunctions(
  call: Call,
  letters: ReadonlySet<string>,
  names: readonly string[],
): Steps<number> {
  const { shell } = call;
  const listed = names.length > 0 ? names : [...shell.functions.keys()].sort();
  let status = 0;
  for (const name of listed) {
    const found = shell.functions.get(name);
    if (!found) {
      status = 1;
      continue;
    }
    if (letters.has('x')) found.exported = true;
    else if (letters.has('+x')) found.exported = false;
    else if (letters.has('t')) found.trace = true;
    else if (letters.has('r')) continue;
    else if (!letters.has('F')) yield* call.out(functionText(shell, name));
    else yield* call.out(names.length > 0 ? `${name}\n` : `declare -f ${name}\n`);
  }
  return status;
}

const SYNOPSIS = '[-aAfFgiIlnrtux] [name[=value] ...] or';

export const declareBuiltin: Builtin = {
  name: 'declare',
  synopsis: `declare ${SYNOPSIS} declare -p [-aAfFilnrtux] [name ...]`,
  run: (call) => declare(call, false),
};

export const typeset: Builtin = {
  name: 'typeset',
  synopsis: `typeset ${SYNOPSIS} typeset -p [-aAfFilnrtux] [name ...]`,
  run: (call) => declare(call, false),
};

export const local: Builtin = {
  name: 'local',
  synopsis: 'local [option] name[=value] ...',
  run: (call) => declare(call, true),
};

function marker(name: 'export' | 'readonly'): Builtin {
  const attribute = name === 'export' ? 'exported' : 'readonly';
  return {
    name,
    synopsis:
      name === 'export'
        ? 'export [-fn] [name[=value] ...] or export -p'
        : 'readonly [-aAf] [name[=value] ...] or readonly -p',
    *run(call) {
      const { shell } = call;
      const options = parseOptions(call.args, name === 'export' ? 'fnp' : 'aAfp');
      const bad = yield* badOptions(call, options);
      if (bad !== undefined) return bad;
      const { letters, rest, count } = options;
      if (rest.length === 0) return yield* listMarked(call, attribute);
      let status = 0;
      for (let i = 0; i < rest.length; i++) {
        const text = rest[i] as string;
        if (letters.has('f')) {
          const found = shell.functions.get(text);
          if (found && name === 'export') found.exported = !letters.has('n');
          else if (!found) status = yield* call.fail(`${text}: not a function`);
          continue;
        }
        status = Math.max(status, yield* markOne(call, text, count + i, { attribute, letters }));
      }
      return status;
    },
  };
}

function* listMarked(call: Call, attribute: 'exported' | 'readonly'): Steps<number> {
  const { variables } = call.shell;
  for (const name of variables.names()) {
    const variable = variables.find(name);
    if (variable?.[attribute]) yield* call.out(`${declareLine(name, variable)}\n`);
  }
  return 0;
}

function* markOne(
  call: Call,
  text: string,
  index: number,
  how: { attribute: 'exported' | 'readonly'; letters: ReadonlySet<string> },
): Steps<number> {
  const { shell } = call;
  const match = /^([A-Za-z_]\w*)(?:\[[^\]]*\])?(?:(\+?=)([\s\S]*))?$/.exec(text);
  if (!match) return yield* call.fail(`\`${text}': not a valid identifier`);
  const [, given = '', operator, value] = match;
  const name = shell.variables.target(given);
  if (shell.variables.isDynamic(name)) return 0;
  if (operator === undefined && how.letters.has('n') && !shell.variables.find(name)) return 0;
  const existing = shell.variables.find(name);
  if (existing?.readonly && operator !== undefined) {
    if (shell.posix) throw new ShellError(`${call.name}: ${name}: readonly variable`);
    yield* shell.error(`${name}: readonly variable`);
    return 1;
  }
  const variable = shell.variables.ensure(name);
  if (how.letters.has('A')) variable.kind = 'associative';
  else if (how.letters.has('a')) variable.kind = 'indexed';
  const array = call.arrays.get(index);
  if (array?.value.type === 'ArrayValue')
    yield* assignCompound(shell, name, array.value, operator === '+=', variable);
  else if (operator !== undefined)
    assign(shell, name, undefined, value ?? '', { variable, append: operator === '+=' });
  if (how.letters.has('n')) delete variable.exported;
  else variable[how.attribute] = true;
  return 0;
}

export const exportBuiltin = marker('export');
export const readonly = marker('readonly');

export const unset: Builtin = {
  name: 'unset',
  synopsis: 'unset [-f] [-v] [-n] [name ...]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'fvn');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, rest } = options;
    let status = 0;
    for (const text of rest) {
      try {
        yield* unsetOne(shell, text, letters);
      } catch (error) {
        if (!(error instanceof ShellError) || error.fatal) throw error;
        status = yield* call.fail(error.message);
      }
    }
    return status;
  },
};

function* unsetOne(shell: Shell, text: string, letters: ReadonlySet<string>): Steps<void> {
  const reference = splitReference(text);
  if (!letters.has('f') && reference) {
    const name = letters.has('n') ? reference.name : shell.variables.target(reference.name);
    if (shell.variables.find(name) || letters.has('v')) {
      const at = splitReference(name);
      const key = reference.subscript ?? at?.subscript;
      const subscript = key === undefined ? undefined : yield* dynamicSubscript(shell, at?.name ?? name, key);
      unsetVariable(shell, at?.name ?? name, subscript);
      return;
    }
  }
  if (letters.has('v')) throw new ShellError(`\`${text}': not a valid identifier`);
  if (letters.has('n')) return;
  if (shell.functions.delete(text)) return;
}

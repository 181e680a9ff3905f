import type {
  ArithmeticFor,
  Assignment,
  Case,
  Command,
  CompoundList,
  Function as FunctionNode,
  HereDoc,
  If,
  Pipeline,
  PipelineNode,
  Redirection,
  Statement,
  TestExpression,
  Word,
} from 'unbash';

/** A function definition in bash's own layout. */
export function printFunction(node: FunctionNode, text: string): string {
  const printer = new Printer(text);
  return `${node.name.value} () \n${printer.functionBody(node.body)}`;
}

/** Any command as `jobs` shows it. */
export function printCommand(node: Statement['command'], text: string): string {
  return new Printer(text).node(node);
}

type Node = Statement['command'];
type AnyCommand = Exclude<PipelineNode, Pipeline>;

// Models bash print_cmd.c
class Printer {
  readonly #text: string;
  #indent = 0;
  #inFunction = false;
  #documents: HereDoc[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  functionBody(body: FunctionNode['body']): string {
    this.#inFunction = true;
    if (body.type === 'Redirected') {
      return `${this.#braces(this.#listOf(body.command))} ${this.#redirects(body.redirects)}`;
    }
    return this.#braces(this.#listOf(body));
  }

  /** The commands between the braces; another compound command stands there as it is. */
  #listOf(body: Exclude<FunctionNode['body'], { type: 'Redirected' }>): () => string {
    if (body.type === 'BraceGroup') return () => this.#list(body.body);
    if (body.type === 'CompoundList') return () => this.#list(body);
    return () => `${this.#pad()}${this.#command(body)}`;
  }

  #braces(inner: () => string): string {
    if (!this.#inFunction) return `{ ${inner().trimStart()}; }`;
    this.#indent += 4;
    const body = inner();
    this.#indent -= 4;
    return `{ \n${body}\n${this.#pad()}}`;
  }

  #pad(): string {
    return ' '.repeat(this.#indent);
  }

  /** Statements, in a function one to a line, with `;` between; none after the last. */
  #list(list: CompoundList): string {
    return `${this.#pad()}${this.#inline(list)}`;
  }

  /** A list that begins where the line stands. */
  #inline(list: CompoundList): string {
    const next = this.#inFunction ? `;\n${this.#pad()}` : '; ';
    let out = '';
    list.commands.forEach((statement, i) => {
      const last = i === list.commands.length - 1;
      const documents = this.node(statement.command);
      const bodies = this.#takeDocuments();
      out += `${documents}${statement.background ? ' &' : ''}`;
      if (bodies !== '') out += `\n${bodies}${last ? '' : `\n${this.#pad()}`}`;
      else if (!last) out += statement.background ? ' ' : next;
    });
    return out;
  }

  #takeDocuments(): string {
    const text = this.#documents.map((doc) => `${doc.body.text}${doc.delimiter?.value ?? ''}`).join('\n');
    this.#documents = [];
    return text === '' ? '' : `${text}\n`;
  }

  /** A list, pipeline or command. */
  node(node: Node): string {
    if (node.type === 'AndOr') {
      return node.commands
        .map((command, i) => (i === 0 ? '' : ` ${node.operators[i - 1]} `) + this.node(command))
        .join('');
    }
    return node.type === 'Pipeline' ? this.#pipeline(node) : this.#command(node);
  }

  #pipeline(node: Pipeline): string {
    let out = '';
    for (const prefix of node.prefixes) {
      if (prefix.type === 'Negation') out += '! ';
      else out += prefix.posix ? 'time -p ' : 'time ';
    }
    return (
      out +
      node.commands
        .map(
          (command, i) =>
            (i === 0 ? '' : node.operators[i - 1] === '|&' ? ' 2>&1 | ' : ' | ') + this.#command(command),
        )
        .join('')
    );
  }

  #command(node: AnyCommand): string {
    switch (node.type) {
      case 'Command':
        return this.#simple(node);
      case 'Redirected':
        return `${this.#command(node.command)} ${this.#redirects(node.redirects)}`;
      case 'BraceGroup':
        return this.#braces(() => this.#list(node.body));
      case 'Subshell':
        return `( ${this.#inline(node.body)} )`;
      case 'If':
        return this.#if(node);
      case 'For': {
        const words = node.wordlist ? ` in ${node.wordlist.map(word).join(' ')}` : ' in "$@"';
        return `for ${node.name.text}${words};\n${this.#pad()}do\n${this.#body(node.body)}\n${this.#pad()}done`;
      }
      case 'Select': {
        const words = node.wordlist ? ` in ${node.wordlist.map(word).join(' ')}` : ' in "$@"';
        return `select ${node.name.text}${words};\n${this.#pad()}do\n${this.#body(node.body)}\n${this.#pad()}done`;
      }
      case 'ArithmeticFor':
        return this.#arithmeticFor(node);
      case 'While':
        return `${node.kind} ${this.#inline(node.clause)}; do\n${this.#body(node.body)}\n${this.#pad()}done`;
      case 'Case':
        return this.#case(node);
      case 'TestCommand':
        return `[[ ${this.#test(node.expression)} ]]`;
      case 'ArithmeticCommand':
        return `((${node.body}))`;
      case 'Function':
        return `function ${node.name.value} () \n${this.#pad()}${this.functionBody(node.body)}`;
      case 'Coproc': {
        const body = node.body.type === 'CompoundList' ? this.#inline(node.body) : this.#command(node.body);
        return `coproc ${node.name ? `${node.name.text} ` : node.body.type === 'Command' ? '' : 'COPROC '}${body}`;
      }
    }
  }

  #body(list: CompoundList): string {
    this.#indent += 4;
    // The last command of a body has its semicolon.
    const text = closed(this.#list(list), list);
    this.#indent -= 4;
    return text;
  }

  #if(node: If): string {
    let out = `if ${this.#inline(node.clause)}; then\n${this.#body(node.then)}\n`;
    const rest = [...node.elif];
    let closing = '';
    let depth = 0;
    while (rest.length > 0) {
      const branch = rest.shift() as If['elif'][number];
      out += `${this.#pad()}else\n`;
      this.#indent += 4;
      depth++;
      out += `${this.#pad()}if ${this.#inline(branch.clause)}; then\n${this.#body(branch.then)}\n`;
    }
    if (node.else) out += `${this.#pad()}else\n${this.#body(node.else)}\n`;
    for (; depth > 0; depth--) {
      closing += `${this.#pad()}fi;\n`;
      this.#indent -= 4;
    }
    return `${out}${closing}${this.#pad()}fi`;
  }

  #arithmeticFor(node: ArithmeticFor): string {
    const part = (expression: ArithmeticFor['test']) =>
      expression ? this.#text.slice(expression.pos, expression.end) : '1';
    const header = `${part(node.initialize)}; ${part(node.test)}; ${part(node.update)}`;
    return `for ((${header}))\n${this.#pad()}do\n${this.#body(node.body)}\n${this.#pad()}done`;
  }

  #case(node: Case): string {
    let out = `case ${node.word.text} in `;
    this.#indent += 4;
    for (const item of node.items) {
      out += `\n${this.#pad()}${item.pattern.map(word).join(' | ')})`;
      this.#indent += 4;
      if (item.body.commands.length > 0) out += `\n${this.#list(item.body)}`;
      this.#indent -= 4;
      out += `\n${this.#pad()}${item.terminator ?? ';;'}`;
    }
    this.#indent -= 4;
    return `${out}\n${this.#pad()}esac`;
  }

  #test(node: TestExpression): string {
    switch (node.type) {
      case 'TestGroup':
        return `( ${this.#test(node.expression)} )`;
      case 'TestNot':
        return `${'! '.repeat(node.negations.length)}${this.#test(node.operand)}`;
      case 'TestLogical':
        return node.operands.map((operand) => this.#test(operand)).join(` ${node.operator} `);
      case 'TestUnary':
        return `${node.operator} ${node.operand.text}`;
      case 'TestBinary':
        return `${node.left.text} ${node.operator} ${node.right.text}`;
    }
  }

  #simple(node: Command): string {
    const words: (Word | Assignment)[] = [];
    for (const item of node.prefix) if (item.type === 'Assignment') words.push(item);
    if (node.name) words.push(node.name);
    words.push(...node.args);
    const redirects = node.redirects.length > 0 ? [this.#redirects(node.redirects)] : [];
    return [...words.map((item) => item.text), ...redirects].join(' ');
  }

  #redirects(redirects: readonly Redirection[]): string {
    return redirects.map((redirection) => this.#redirect(redirection)).join(' ');
  }

  #redirect(redirection: Redirection): string {
    const { descriptor } = redirection;
    const fd = descriptor
      ? descriptor.type === 'FileDescriptor'
        ? String(descriptor.value)
        : `{${descriptor.name}}`
      : '';
    if (redirection.type === 'HereDoc') {
      this.#documents.push(redirection);
      return `${fd}${redirection.operator}${redirection.delimiter?.text ?? ''}`;
    }
    const target = redirection.target?.text ?? '';
    if (redirection.type === 'HereString') return `${fd}<<< ${target}`;
    const { operator } = redirection;
    if (operator === '>&' || operator === '<&') {
      if (!/^(?:\d+-?|-)$/.test(target) && fd === '') return `&> ${target}`;
      return `${fd === '' ? (operator === '>&' ? '1' : '0') : fd}${operator}${target}`;
    }
    return `${fd}${operator} ${target}`;
  }
}

function word(item: Word): string {
  return item.text;
}

function closed(text: string, list: CompoundList): string {
  const last = list.commands.at(-1);
  return last?.background || text.endsWith('\n') ? text.replace(/\n$/, '') : `${text};`;
}

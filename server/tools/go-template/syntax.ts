/** The syntax tree of Go's text/template; every node knows where it stands. */

interface At {
  readonly at: number;
}

/** What stands in an action. */
export type Expression = At &
  (
    | { readonly type: 'dot' | 'nil' }
    | { readonly type: 'bool'; readonly value: boolean }
    | { readonly type: 'number'; readonly value: unknown; readonly text: string }
    | { readonly type: 'string'; readonly value: string; readonly text: string }
    | { readonly type: 'field'; readonly names: readonly string[] }
    | { readonly type: 'variable'; readonly name: string; readonly names: readonly string[] }
    | { readonly type: 'chain'; readonly of: Expression; readonly names: readonly string[] }
    | { readonly type: 'identifier'; readonly name: string }
    | Pipe
  );

export interface Command extends At {
  readonly type: 'command';
  readonly args: readonly Expression[];
}

/** Commands, each given what the one before it has made. */
export interface Pipe extends At {
  readonly type: 'pipe';
  readonly declared: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

/** A piece of a template. */
export type Piece = At &
  (
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'print'; readonly pipe: Pipe }
    | {
        readonly type: 'if' | 'with' | 'range';
        readonly pipe: Pipe;
        readonly body: readonly Piece[];
        readonly otherwise: readonly Piece[];
      }
    | { readonly type: 'template'; readonly name: string; readonly pipe: Pipe | undefined }
    | { readonly type: 'break' | 'continue' }
  );

export type Range = Extract<Piece, { type: 'if' | 'with' | 'range' }>;

export class TemplateError extends Error {
  override name = 'TemplateError';
  /** What was made before it went wrong. */
  written = '';
}

/** A node as error messages quote it. */
export function quoted(node: Expression | Command | Piece): string {
  switch (node.type) {
    case 'dot':
      return '.';
    case 'bool':
      return String(node.value);
    case 'number':
    case 'string':
    case 'text':
      return node.text;
    case 'field':
      return `.${node.names.join('.')}`;
    case 'variable':
      return [node.name, ...node.names].join('.');
    case 'chain':
      return `${inner(node.of)}.${node.names.join('.')}`;
    case 'identifier':
      return node.name;
    case 'command':
      return node.args.map(inner).join(' ');
    case 'pipe': {
      const declared = node.declared.length > 0 ? `${node.declared.join(', ')} ` : '';
      const sign = node.assigns ? '= ' : ':= ';
      return `${declared && declared + sign}${node.commands.map(quoted).join(' | ')}`;
    }
    case 'print':
      return `{{${quoted(node.pipe)}}}`;
    case 'template': {
      const pipe = node.pipe ? ` ${quoted(node.pipe)}` : '';
      return `{{template ${JSON.stringify(node.name)}${pipe}}}`;
    }
    default:
      return node.type;
  }
}

function inner(node: Expression): string {
  return node.type === 'pipe' ? `(${quoted(node)})` : quoted(node);
}

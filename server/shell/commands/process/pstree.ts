import { tool } from '../core/tool.ts';
import { type ProcessView, visibleProcesses } from './view.ts';

interface Branch {
  readonly text: string;
  readonly children: readonly Branch[];
}

export const pstree = tool({
  name: 'pstree',
  summary: 'display a tree of processes',
  usage: '[OPTION]... [PID|USER]',
  version: 'PSmisc 23.7',
  options:
    'a|arguments A|ascii U|unicode c|compact-not p|show-pids n|numeric-sort u|uid-changes s|show-parents l|long h|highlight-all H|highlight-pid= g|show-pgids t|thread-names T|hide-threads V',
  *run(call) {
    const { options, context } = call;
    const views = visibleProcesses(context);
    const [who] = call.operands;
    const roots = who === undefined ? views.filter(({ pid }) => pid === 1) : rootsOf(views, who);
    if (roots.length === 0) {
      if (who !== undefined && !/^\d+$/.test(who)) call.fail(`No such user name: ${who}`);
      return 1;
    }
    const ascii = options.has('A') || !/UTF-8/i.test(context.env.get('LANG') ?? '');
    for (const root of roots) {
      const branch = grow(views, root, (view) => label(view, options.has('p'), options.has('a')), options);
      const lines = options.has('a') ? indented(branch, ascii) : drawn(branch, ascii);
      yield* call.print(`${lines.join('\n')}\n`);
    }
    return 0;
  },
});

function rootsOf(views: readonly ProcessView[], who: string): ProcessView[] {
  if (/^\d+$/.test(who)) return views.filter(({ pid }) => pid === Number(who));
  return views.filter(
    (view) => view.user === who && views.find(({ pid }) => pid === view.ppid)?.user !== who,
  );
}

function label(view: ProcessView, pids: boolean, whole: boolean): string {
  const name = view.comm;
  const pid = pids ? `${whole ? ',' : '('}${view.pid}${whole ? '' : ')'}` : '';
  const args = whole ? view.process.argv.slice(1).join(' ') : '';
  return `${name}${pid}${args === '' ? '' : ` ${args}`}`;
}

/** A process with its children; equal ones without children of their own are counted: `3*[sleep]`. */
function grow(
  views: readonly ProcessView[],
  view: ProcessView,
  text: (view: ProcessView) => string,
  options: { has(...names: string[]): boolean },
): Branch {
  const children = views
    .filter((other) => other.ppid === view.pid && other.pid !== view.pid)
    .sort((a, b) =>
      options.has('n') ? a.pid - b.pid : a.comm < b.comm ? -1 : a.comm > b.comm ? 1 : a.pid - b.pid,
    )
    .map((child) => grow(views, child, text, options));
  if (options.has('c', 'p', 'a')) return { text: text(view), children };
  const merged = new Map<string, { branch: Branch; count: number }>();
  for (const branch of children) {
    const key = JSON.stringify(branch);
    const known = merged.get(key);
    if (known) known.count++;
    else merged.set(key, { branch, count: 1 });
  }
  const counted = [...merged.values()].map(({ branch, count }) =>
    count === 1 ? branch : { text: `${count}*[${branch.text}`, children: branch.children, closes: true },
  );
  return {
    text: text(view),
    children: counted.map((branch) => ('closes' in branch ? closed(branch) : branch)),
  };
}

/** The bracket closes after the last of the line. */
function closed(branch: Branch): Branch {
  const last = branch.children.at(-1);
  return last
    ? { ...branch, children: [...branch.children.slice(0, -1), closed(last)] }
    : { ...branch, text: `${branch.text}]` };
}

function drawn({ text, children }: Branch, ascii: boolean): string[] {
  if (children.length === 0) return [text];
  const [single, first, middle, last, down] = ascii
    ? ['---', '-+-', ' |-', ' `-', ' | ']
    : ['───', '─┬─', ' ├─', ' └─', ' │ '];
  const pad = ' '.repeat([...text].length);
  const out: string[] = [];
  for (const [i, child] of children.entries()) {
    const isLast = i === children.length - 1;
    const lead = children.length === 1 ? single : i === 0 ? first : isLast ? last : middle;
    for (const [n, line] of drawn(child, ascii).entries())
      out.push(n === 0 ? `${i === 0 ? text : pad}${lead}${line}` : `${pad}${isLast ? '   ' : down}${line}`);
  }
  return out;
}

function indented({ text, children }: Branch, ascii: boolean): string[] {
  const [middle, last, down] = ascii ? ['  |-', '  `-', '  | '] : ['  ├─', '  └─', '  │ '];
  return [
    text,
    ...children.flatMap((child, i) => {
      const isLast = i === children.length - 1;
      return indented(child, ascii).map(
        (line, n) => (n === 0 ? (isLast ? last : middle) : isLast ? '    ' : down) + line,
      );
    }),
  ];
}

import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';

/** Models sudo's plugins/sudoers/visudo.c: checks the rules of sudo, or edits and then checks them. */
export const visudo = tool({
  name: 'visudo',
  summary: 'safely edit the sudoers file',
  usage: '[-chqsV] [[-f] sudoers ]',
  version: 'visudo version 1.9.15p5',
  options: 'c|check f|file= q|quiet s|strict V|version O|owner P|perms',
  *run(call) {
    const { context, options } = call;
    const path = options.get('f') ?? call.operands[0] ?? '/etc/sudoers';
    if (!options.has('c')) return yield* edit(call, path);
    if (context.credentials.uid !== 0 && path === '/etc/sudoers')
      call.fail(`unable to open ${path}: Permission denied`);
    const files = [path, ...(path === '/etc/sudoers' ? included(call) : [])];
    let status = 0;
    for (const file of files) {
      if (!context.fs.isFile(file)) call.fail(`${file}: No such file or directory`);
      const wrong = mistakes(context.fs.read(file), file);
      if (wrong !== '') {
        yield* context.err(wrong);
        status = 1;
      } else if (!options.has('q')) yield* call.print(`${file}: parsed OK\n`);
    }
    return status;
  },
});

function included({ context }: Call): string[] {
  const folder = '/etc/sudoers.d';
  if (!context.fs.isDirectory(folder)) return [];
  return context.fs
    .list(folder)
    .filter((name) => !name.includes('.') && !name.endsWith('~'))
    .sort()
    .map((name) => `${folder}/${name}`);
}

const LINE =
  /^(#.*|@include(dir)?\s+\S+|Defaults\S*\s+\S.*|(User|Runas|Host|Cmnd|Cmd)_Alias\s+[A-Z]\w*\s*=\s*\S.*|\S+(\s*,\s*\S+)*\s+\S+\s*=\s*\S.*)?$/;

/** Lines that are no rules, as sudo shows them. */
function mistakes(text: string, file: string): string {
  const lines = text.replace(/\\\n/g, ' ').split('\n');
  return lines
    .flatMap((line, i) =>
      LINE.test(line.trim())
        ? []
        : [`${file}:${i + 1}:${line.length + 1}: syntax error\n${line}\n${' '.repeat(line.length)}^\n`],
    )
    .join('');
}

/** In the user's editor; a file that cannot be read by sudo is not put in place without a word. */
function* edit(call: Call, path: string): Steps<number> {
  const { context } = call;
  if (context.credentials.uid !== 0) call.fail(`${path}: Permission denied`);
  if (!context.isTerminal(0)) call.fail('no editor found: not on a terminal');
  const before = context.fs.isFile(path) ? context.fs.read(path) : '';
  const draft = `${path}.tmp`;
  context.fs.write(draft, before, 0o440);
  const [editor = 'nano', ...args] = (context.env.get('VISUAL') ?? context.env.get('EDITOR') ?? 'nano').split(
    /\s+/,
  );
  const code = yield* context.run(editor, [editor, ...args, draft]);
  const after = context.fs.read(draft);
  context.fs.unlink(draft);
  const wrong = code === 0 ? mistakes(after, path) : '';
  if (wrong !== '') {
    yield* context.err(`${wrong}visudo: ${path} unchanged\n`);
    return 1;
  }
  if (code === 0 && after !== before) context.fs.write(path, after, 0o440);
  else yield* context.err(`visudo: ${draft} unchanged\n`);
  return 0;
}

import type { Editor } from './editor.ts';
import type { BufferSettings } from './settings.ts';

const COMMENTED: Partial<BufferSettings> = { formatoptions: 'croql' };

/** What vim's plugins set for a type of file. Models vim runtime/ftplugin. */
const PLUGINS: Readonly<Record<string, Partial<BufferSettings>>> = {
  yaml: { ...COMMENTED, expandtab: true, shiftwidth: 2, softtabstop: 2 },
  sh: COMMENTED,
  conf: COMMENTED,
  systemd: COMMENTED,
};

const INDENTS: Readonly<Record<string, string>> = { yaml: 'GetYAMLIndent(v:lnum)' };

/** What `:filetype` and `:syntax` turned on. */
export interface FileTypes {
  detect: boolean;
  plugin: boolean;
  indent: boolean;
  colours: boolean;
}

/** Gives a document its type, and what goes with it. */
export function applyFileType(editor: Editor, type: string): void {
  const { settings, fileTypes } = editor;
  settings.filetype = type;
  if (fileTypes.plugin) Object.assign(settings, PLUGINS[type] ?? {});
  if (fileTypes.indent) settings.indentexpr = INDENTS[type] ?? '';
  for (const { types, words } of editor.autocommands)
    if (types.includes(type) || types.includes('*')) editor.runSet(words, true);
}

/** `:filetype plugin indent on`. */
export function turnFileTypes(editor: Editor, argument: string): void {
  const words = argument.split(/\s+/).filter((word) => word !== '');
  const { fileTypes } = editor;
  if (words.length === 0) {
    const state = (name: 'plugin' | 'indent') => (fileTypes.detect && fileTypes[name] ? 'ON' : 'OFF');
    editor.say(
      `filetype detection:${fileTypes.detect ? 'ON' : 'OFF'}  plugin:${state('plugin')}  indent:${state('indent')}`,
    );
    return;
  }
  const on = words.includes('on');
  if (!on && !words.includes('off') && !words.includes('detect'))
    editor.refuse(`E475: Invalid argument: ${argument}`);
  const parts = (['plugin', 'indent'] as const).filter((part) => words.includes(part));
  for (const part of parts) fileTypes[part] = on;
  if (on || parts.length === 0) fileTypes.detect = on || words.includes('detect');
}

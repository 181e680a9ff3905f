/** Rules of a language: what to colour, most important first. Each is sticky and matched at a position. */
type Rule = readonly [RegExp, string];

const COMMENT = '96';
const STRING = '91';
const KEY = '36';
const NUMBER = '95';
const KEYWORD = '93';
const VARIABLE = '96';

const YAML: readonly Rule[] = [
  [/(?<=^|\s)#.*/y, COMMENT],
  [/^(?:---|\.\.\.)\s*$/y, KEYWORD],
  [/(?<=^\s*(?:- +)*)-(?=\s|$)/y, KEYWORD],
  [/(?<=^[\s-]*|[{,]\s*)[\w./-]+(?=:(?:\s|$))/y, KEY],
  [/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/y, STRING],
  [/(?<=[\s[,:])(?:true|false|null|yes|no|~)(?=[\s,\]}]|$)/y, NUMBER],
  [/(?<=[\s[,:])-?\d+(?:\.\d+)?(?=[\s,\]}]|$)/y, NUMBER],
];

const SH: readonly Rule[] = [
  [/(?<=^|\s)#.*/y, COMMENT],
  [/"(?:[^"\\]|\\.)*"|'[^']*'/y, STRING],
  [/\$(?:\{[^}]*\}|\w+|[@*#?$!-])/y, VARIABLE],
  [
    /(?<![\w-])(?:if|then|else|elif|fi|for|in|do|done|while|until|case|esac|function|return|exit|export|local|echo|set)(?![\w-])/y,
    KEYWORD,
  ],
];

const CONF: readonly Rule[] = [
  [/^\s*[#;].*/y, COMMENT],
  [/^\[.*\]/y, KEYWORD],
  [/"(?:[^"\\]|\\.)*"/y, STRING],
];

const JSON_RULES: readonly Rule[] = [
  [/"(?:[^"\\]|\\.)*"(?=\s*:)/y, KEY],
  [/"(?:[^"\\]|\\.)*"/y, STRING],
  [/-?\d+(?:\.\d+)?/y, NUMBER],
  [/true|false|null/y, KEYWORD],
];

const LANGUAGES: Record<string, readonly Rule[]> = {
  yaml: YAML,
  sh: SH,
  bash: SH,
  conf: CONF,
  systemd: CONF,
  json: JSON_RULES,
};

/** Longer lines are shown plain. */
const MAX_LENGTH = 500;

/** The SGR style of each character. */
export function highlight(text: string, language: string): string[] {
  const styles: string[] = [];
  const rules = LANGUAGES[language];
  if (!rules || text.length > MAX_LENGTH) return styles;
  for (let at = 0; at < text.length; ) {
    const hit = rules.find(([regex]) => {
      regex.lastIndex = at;
      return regex.test(text);
    });
    const end = hit ? Math.max(at + 1, hit[0].lastIndex) : at + 1;
    for (; at < end; at++) if (hit) styles[at] = hit[1];
  }
  return styles;
}

/** The file type by name, or by the first line. */
export function fileTypeOf(path: string, first: string): string {
  if (/\.ya?ml$|(^|\/)(kubeconfig|config)$/.test(path) && !/\.conf$/.test(path)) return 'yaml';
  if (/(^|\/)kubectl-edit-.*|\.kube\/config$/.test(path)) return 'yaml';
  if (
    /\.(sh|bash)$|(^|\/)\.(bashrc|profile|bash_profile|bash_aliases)$/.test(path) ||
    /^#!.*\b(ba)?sh\b/.test(first)
  )
    return 'sh';
  if (/\.json$/.test(path)) return 'json';
  if (/\.(service|target|socket|timer|mount)$/.test(path)) return 'systemd';
  if (/\.(conf|cfg|ini|toml)$|^\/etc\//.test(path)) return 'conf';
  return first.startsWith('#') ? 'conf' : '';
}

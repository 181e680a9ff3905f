export const VERSION = 'jq-1.7.1';

const USAGE = `Usage:\tjq [options] <jq filter> [file...]
\tjq [options] --args <jq filter> [strings...]
\tjq [options] --jsonargs <jq filter> [JSON_TEXTS...]
`;

const INTRODUCTION = `jq - commandline JSON processor [version 1.7.1]

${USAGE}
jq applies a filter to each of its JSON inputs and writes what the filter gives
as JSON to standard output. The filter . gives its input as it is, only laid out.
See the jq(1) manpage ("man jq") or https://jqlang.github.io/jq for the others.

Example:

\t$ echo '{"foo": 0}' | jq .
\t{
\t  "foo": 0
\t}

`;

export const SHORT_USAGE = `${INTRODUCTION}For listing the command options, use jq --help.
`;

const OPTIONS: readonly (readonly [string, string])[] = [
  ['-n, --null-input', 'the only input is null;'],
  ['-R, --raw-input', 'every line is an input, as a string;'],
  ['-s, --slurp', 'all inputs are read into one array, the only input;'],
  ['-c, --compact-output', 'each result on one line;'],
  ['-r, --raw-output', 'strings without quotes and escapes;'],
  ['    --raw-output0', 'as -r, with NUL after each result;'],
  ['-j, --join-output', 'as -r, without newlines between the results;'],
  ['-a, --ascii-output', 'escapes for all that is not ASCII;'],
  ['-S, --sort-keys', 'objects have their keys in order;'],
  ['-C, --color-output', 'colorize JSON;'],
  ['-M, --monochrome-output', "don't colorize JSON;"],
  ['    --tab', 'indent with tabs;'],
  ['    --indent n', 'indent with n spaces (at most 7);'],
  ['    --unbuffered', 'write each result at once;'],
  ['    --stream', 'inputs as a stream of paths and leaves;'],
  ['    --seq', 'put RS before each result (application/json-seq);'],
  ['-f, --from-file file', 'read the filter from the file;'],
  ['    --arg name value', '$name is the string value;'],
  ['    --argjson name value', '$name is the JSON value;'],
  ['    --slurpfile name file', '$name is an array of the JSON values in the file;'],
  ['    --rawfile name file', '$name is the text of the file;'],
  ['    --args', 'the words that follow are positional strings;'],
  ['    --jsonargs', 'the words that follow are positional JSON values;'],
  ['-e, --exit-status', 'the exit status tells of the last result;'],
  ['-V, --version', 'show the version;'],
  ['--build-configuration', "show jq's build configuration;"],
  ['-h, --help', 'show the help;'],
  ['--', 'terminates argument processing;'],
];

export const HELP = `${INTRODUCTION}Command options:
${OPTIONS.map(([option, what]) => `  ${option.padEnd(25)} ${what}\n`).join('')}
Named arguments are also available as $ARGS.named[], while
positional arguments are available as $ARGS.positional[].
`;

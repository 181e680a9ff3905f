import { RuntimeError } from '../../cluster/client/cri.ts';
import type { Context } from '../../host/index.ts';
import type { Command } from '../../shell/command.ts';
import { parseOptions } from '../../shell/options.ts';
import type { Steps } from '../../sim/index.ts';
import { ACCOUNT_VERBS } from './account.ts';
import { BUILD_VERBS } from './build.ts';
import { connect, DockerError, parseVerb, type Verb } from './call.ts';
import { CONTAINER_VERBS } from './containers.ts';
import { criDockerd } from './cri-dockerd.ts';
import { DOCKER_VERSION, dockerd } from './dockerd.ts';
import { IMAGE_VERBS } from './images.ts';
import { EngineError } from './model.ts';
import { RESOURCE_VERBS } from './resources.ts';
import { RUN_VERBS } from './run.ts';
import { SYSTEM_VERBS } from './system.ts';

const VERBS: readonly Verb[] = [
  ...RUN_VERBS,
  ...CONTAINER_VERBS,
  ...BUILD_VERBS,
  ...IMAGE_VERBS,
  ...ACCOUNT_VERBS,
  ...RESOURCE_VERBS,
  ...SYSTEM_VERBS,
];

const GROUPS = ['builder', 'container', 'image', 'network', 'system', 'volume'];
const GLOBAL = 'c|context= D|debug H|host= l|log-level= config= tls tlsverify v|version help';

function help(): string {
  const plain = VERBS.filter(({ names }) => !names[0]?.includes(' '));
  const lines = plain.map(({ names, summary }) => `  ${(names[0] ?? '').padEnd(12)}${summary}\n`).sort();
  return `\nUsage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers\n\nManagement Commands:\n${GROUPS.map((name) => `  ${name.padEnd(12)}Manage ${name}${name === 'builder' ? ' cache' : name === 'system' ? '' : 's'}\n`).join('')}\nCommands:\n${lines.join('')}\nRun 'docker COMMAND --help' for more information on a command.\n`;
}

function find(words: readonly string[]): { verb: Verb; rest: readonly string[] } | undefined {
  const two = words.slice(0, 2).join(' ');
  const grouped = VERBS.find(({ names }) => names.includes(two));
  if (grouped && words.length > 1) return { verb: grouped, rest: words.slice(2) };
  const single = VERBS.find(({ names }) => names.includes(words[0] ?? ''));
  return single && { verb: single, rest: words.slice(1) };
}

function* main(context: Context): Steps<number> {
  try {
    const global = parseOptions(context.args.slice(1), GLOBAL, true);
    const words = global.operands;
    if (global.has('v')) {
      yield* context.out(`Docker version ${DOCKER_VERSION}, build 27.5.1-0ubuntu3~24.04.2\n`);
      return 0;
    }
    if (global.has('H'))
      throw new DockerError(`-H is not simulated: only the daemon of this host can be reached`);
    const [first] = words;
    if (first === undefined || first === 'help') {
      yield* context.out(help());
      return 0;
    }
    const found = find(words);
    if (found) return yield* run(context, found.verb, found.rest);
    if (GROUPS.includes(first)) {
      const list = VERBS.flatMap(({ names, summary }) =>
        names
          .filter((name) => name.startsWith(`${first} `))
          .map((name) => `  ${name.slice(first.length + 1).padEnd(12)}${summary}\n`),
      );
      const text = `\nUsage:  docker ${first} COMMAND\n\nManage ${first}s\n\nCommands:\n${list.sort().join('')}\nRun 'docker ${first} COMMAND --help' for more information on a command.\n`;
      yield* words.length > 1
        ? context.err(
            `docker: unknown command: docker ${words.slice(0, 2).join(' ')}\n\nRun 'docker ${first} --help' for more information\n`,
          )
        : context.out(text);
      return words.length > 1 ? 1 : 0;
    }
    throw new DockerError(`docker: '${first}' is not a docker command.\nSee 'docker --help'`);
  } catch (error) {
    return yield* told(context, error);
  }
}

function* run(context: Context, verb: Verb, rest: readonly string[]): Steps<number> {
  const options = parseVerb(verb, rest);
  const name = `docker ${verb.names[0]}`;
  if (options.has('help')) {
    const flags = verb.options
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => {
        const long = word.replace(/[=?]$/, '').split('|');
        return `  ${long.map((item) => (item.length === 1 ? `-${item}` : `--${item}`)).join(', ')}${word.endsWith('=') ? ' value' : ''}\n`;
      });
    yield* context.out(
      `Usage:  ${name} ${verb.usage}\n\n${verb.summary}\n${flags.length > 0 ? `\nOptions:\n${flags.join('')}` : ''}`,
    );
    return 0;
  }
  return yield* verb.run({ context, engine: connect(context), options, args: options.operands, name });
}

function* told(context: Context, error: unknown): Steps<number> {
  if (error instanceof DockerError) {
    yield* context.err(`${error.message}\n`);
    return error.status;
  }
  if (error instanceof EngineError || error instanceof RuntimeError) {
    yield* context.err(`Error response from daemon: ${error.message}\n`);
    return 1;
  }
  if (error instanceof Error && error.name === 'OptionError') {
    yield* context.err(`${error.message}\nSee 'docker --help'.\n`);
    return 125;
  }
  throw error;
}

/** The client; it comes with a package, not with the machine. */
const docker: Command = {
  name: 'docker',
  summary: 'a self-sufficient runtime for containers',
  paths: [],
  main,
};

export const DOCKER_COMMANDS: readonly Command[] = [docker, dockerd, criDockerd];

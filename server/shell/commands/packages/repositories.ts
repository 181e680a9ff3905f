import { decode } from '../../../host/index.ts';
import { dearmour, keyIn, SIGNERS } from '../../../host/packages/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { type Call, tool } from '../core/tool.ts';
import { execRest } from '../shell/env.ts';

const TRUSTED = '/etc/apt/trusted.gpg.d';

/** The old way to trust a repository: its key is trusted for all of them. */
const aptKey = tool({
  name: 'apt-key',
  summary: 'Deprecated APT key management utility',
  usage: '[--keyring file] [command] [arguments]',
  version: 'apt 2.7.14',
  inOrder: true,
  options: 'keyring=',
  *run(call) {
    const { context } = call;
    yield* context.err(
      'Warning: apt-key is deprecated. Manage keyring files in trusted.gpg.d instead (see apt-key(8)).\n',
    );
    const [command, ...operands] = call.operands;
    if (command === 'list' || command === 'finger') return yield* listed(call);
    if (command !== 'add') call.fail(`${command ?? 'no command'} is not simulated`);
    if (context.credentials.uid !== 0)
      return yield* refused(call, 'E: This command can only be used by root.');
    const [input] = yield* call.inputs(operands.slice(0, 1));
    if (!input) return 1;
    const text = yield* input.rest();
    const id = keyIn(text);
    if (id === undefined) {
      yield* context.err('gpg: no valid OpenPGP data found.\n');
      return 2;
    }
    const bytes = dearmour(text);
    context.fs.mkdirAll(TRUSTED);
    context.fs.write(
      `${TRUSTED}/${id.toLowerCase()}.gpg`,
      bytes === undefined ? text : decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0))),
    );
    yield* call.print('OK\n');
    return 0;
  },
});

function* refused(call: Call, text: string): Steps<number> {
  yield* call.context.err(`${text}\n`);
  return 1;
}

function* listed(call: Call): Steps<number> {
  const { fs } = call.context;
  for (const name of fs.isDirectory(TRUSTED) ? fs.list(TRUSTED).sort() : []) {
    const path = `${TRUSTED}/${name}`;
    const id = keyIn(fs.read(path));
    if (id !== undefined)
      yield* call.print(
        `${path}\n${'-'.repeat(path.length)}\npub   rsa2048\n      ${id}\nuid           [ unknown] ${SIGNERS[id] ?? ''}\n\n`,
      );
  }
  return 0;
}

/** Models software-properties add-apt-repository: writes a list of its own for each repository, and updates. */
const addAptRepository = tool({
  name: 'add-apt-repository',
  summary: 'adds a repository into the sources.list or removes one',
  usage: '[options] sources.list line',
  version: 'software-properties-common 0.99.48',
  options:
    'r|remove y|yes n|no-update d|debug L|list S|sourceslist= U|uri= P|ppa= C|cloud= c|component= p|pocket= s|enable-source',
  *run(call) {
    const { options, operands, context } = call;
    if (context.credentials.uid !== 0) return yield* refused(call, 'Error: must run as root');
    const line = (options.get('S') ?? operands.join(' ')).trim();
    const words = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line);
    if (!words) return yield* refused(call, wordsFor(line));
    const [, , uri = '', suite = '', components = ''] = words;
    const file = `/etc/apt/sources.list.d/archive_uri-${uri.replace(/\/$/, '').replace(/[^A-Za-z0-9-]+/g, '_')}-${suite}.list`;
    const removes = options.has('r');
    yield* call.print(
      `Repository: '${line}'\nDescription:\nArchive for codename: ${suite} components: ${components.replaceAll(' ', ',')}\nMore info: ${uri}\n${removes ? 'Removing' : 'Adding'} repository.\n`,
    );
    if (!options.has('y')) {
      yield* call.print(`Press [ENTER] to continue or Ctrl-c to cancel.${context.isTerminal(0) ? '' : '\n'}`);
      yield* call.flush();
      yield* call.stdin.line();
    }
    if (removes) {
      yield* call.print(`Removing entry from ${file}\n`);
      if (context.fs.exists(file)) context.fs.unlink(file);
    } else {
      yield* call.print(`Adding deb entry to ${file}\nAdding disabled deb-src entry to ${file}\n`);
      context.fs.write(file, `${line}\n# ${line.replace(/^deb/, 'deb-src')}\n`);
    }
    if (options.has('n')) return 0;
    return yield* execRest(call, ['apt-get', 'update'], '');
  },
});

function wordsFor(line: string): string {
  const ppa = /^ppa:([^/]+)\/?(.*)$/.exec(line);
  if (ppa)
    return `Cannot access PPA (https://api.launchpad.net/devel/~${ppa[1]}/+archive/${ppa[2] || 'ppa'}) to get PPA information, please check your internet connection.`;
  return line === '' ? 'Error: no actions requested.' : `Unable to handle input '${line}'`;
}

/** What tells apt of repositories and whom to trust. */
export const REPOSITORY_COMMANDS: readonly Command[] = [addAptRepository, aptKey];

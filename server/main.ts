import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import about from '../package.json' with { type: 'json' };
import { asksForHelp, UsageError } from './cli/arguments.ts';
import type { Surroundings } from './cli/surroundings.ts';
import { UnknownLabError } from './exam/catalog.ts';
import { DocumentError } from './exam/document.ts';
import { SetupError } from './exam/task.ts';
import { UnknownTopologyError } from './exam/topology.ts';
import { UnknownHostError } from './exam/world.ts';

const USAGE = `usage:
  examlet serve [--port N] [--host ADDRESS] [--data DIRECTORY] [--workers N]
  examlet cluster [--topology NAME] [--port N] [--kubeconfig FILE]
  examlet exec [--json] [--lab ID | --topology NAME] [--host HOST] [--seed SEED] [SCRIPT]
  examlet lab verify [--seeds N] [ID …]
  examlet lab lint [ID …]
  examlet lab new DOMAIN/ID
  examlet lab run ID [SCRIPT-FILE]
`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const around: Surroundings = {
  root,
  labs: join(root, 'labs'),
  data: process.env['EXAMLET_DATA'] ?? join(homedir(), '.local', 'share', 'examlet'),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  readInput: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  },
  interrupted: () =>
    new Promise((resolve) => {
      process.once('SIGINT', () => resolve());
      process.once('SIGTERM', () => resolve());
    }),
  startMs: Date.UTC(2026, 10, 21, 9),
};

type Command = (args: readonly string[], around: Surroundings) => Promise<number>;

/** A command is loaded when it is asked for: a world alone needs neither web server nor database. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  cluster: async () => (await import('./cli/cluster.ts')).clusterCommand,
  exec: async () => (await import('./cli/exec.ts')).execCommand,
  lab: async () => (await import('./cli/lab.ts')).labCommand,
  serve: async () => (await import('./cli/serve.ts')).serveCommand,
};

// Whoever reads the output may have seen enough (`| head`): the rest is not wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** Errors that are the user's to mend, and need no stack. */
const EXPECTED = [
  UsageError,
  UnknownTopologyError,
  UnknownLabError,
  UnknownHostError,
  DocumentError,
  SetupError,
];

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || asksForHelp(args)) {
    around.out(USAGE);
    return 0;
  }
  if (name === '--version') {
    around.out(`${about.version}\n`);
    return 0;
  }
  const command = COMMANDS[name];
  if (!command) {
    around.err(`examlet: unknown command "${name}"\n${USAGE}`);
    return 2;
  }
  try {
    return await (await command())(rest, around);
  } catch (error) {
    if (!EXPECTED.some((type) => error instanceof type)) throw error;
    const prefix = error instanceof DocumentError ? '' : 'examlet: ';
    around.err(`${prefix}${(error as Error).message}\n${error instanceof UsageError ? USAGE : ''}`);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));

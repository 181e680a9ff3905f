export { type ChildOptions, Context, type ContextState } from './context.ts';
export { type Access, allows, type Credentials, ROOT } from './credentials.ts';
export { ERRORS, type ErrorCode, isSystemError, SystemError } from './errors.ts';
export { executable, findInPath } from './exec.ts';
export { Disk, type FrozenDisk, size } from './files/disk.ts';
export { Files, type Stat } from './files/files.ts';
export type { FileSystem, FileType, Inode, InodeChange, NewInode, Usage } from './files/filesystem.ts';
export { type Mount, MountTable, normalizePath, type Place } from './files/mounts.ts';
export { FunctionFile, OpenFile, type OpenFlags, Pipe, RegularFile } from './files/open-file.ts';
export { Host, type HostOptions } from './host.ts';
export * from './network/http.ts';
export {
  connectError,
  type Filter,
  httpRequest,
  Network,
  NetworkNamespace,
  type Translation,
} from './network/namespace.ts';
export type {
  Connected,
  ConnectFailure,
  Interface,
  Listener,
  Protocol,
  Route,
  Stream,
  TlsServer,
} from './network/network.ts';
export { binary, type Main, type Program, programOf } from './program.ts';
export type { Terminal, TerminalModes, WindowSize } from './pty.ts';
export { byteLength, decode, encode, isAscii } from './text.ts';

export type Fields = Record<string, any>;

/** An object of a kustomization on its way to the output. */
export interface Item {
  object: Fields;
  /** As the files named it: patches and references find it by this. */
  readonly original: string;
  /** A name made of its content is to be added. */
  hash: boolean;
}

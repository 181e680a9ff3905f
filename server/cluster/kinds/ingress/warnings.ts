const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Models pkg/registry/networking/ingress/strategy.go WarningsOnCreate */
export function ingressWarnings({ metadata }: any, old?: any): string[] {
  if (old || metadata.annotations?.[CLASS_ANNOTATION] === undefined) return [];
  return [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`];
}

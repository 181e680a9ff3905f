const UID = 'batch.kubernetes.io/controller-uid';
const NAME = 'batch.kubernetes.io/job-name';

/** Models pkg/registry/batch/job strategy PrepareForCreate and generateSelector. */
export function prepareForCreate(job: any): void {
  job.status = {};
  const { metadata, spec } = job;
  if (spec.manualSelector || !spec.template) return;
  spec.template.metadata ??= {};
  spec.template.metadata.labels = {
    [UID]: metadata.uid,
    'controller-uid': metadata.uid,
    [NAME]: metadata.name,
    'job-name': metadata.name,
    ...spec.template.metadata.labels,
  };
  spec.selector ??= {};
  spec.selector.matchLabels = { [UID]: metadata.uid, ...spec.selector.matchLabels };
}

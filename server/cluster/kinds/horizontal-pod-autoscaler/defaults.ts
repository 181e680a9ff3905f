const UP = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DOWN = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };

/** Models pkg/apis/autoscaling/v2 SetDefaults_HorizontalPodAutoscaler. */
export function setDefaults(object: any): void {
  const spec = object.spec ?? {};
  object.spec = spec;
  spec.minReplicas ??= 1;
  if (object.apiVersion === 'autoscaling/v1') return;
  if ((spec.metrics ?? []).length === 0) {
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  if (!spec.behavior) return;
  spec.behavior.scaleUp = rules(UP, spec.behavior.scaleUp);
  spec.behavior.scaleDown = rules(DOWN, spec.behavior.scaleDown);
}

function rules(usual: object, given: object | undefined): object {
  return { ...structuredClone(usual), ...given };
}

kubectl taint node node01 dedicated=batch:NoExecute
kubectl patch deployment crunch -n batch -p '{"spec":{"replicas":2,"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"node01"},"tolerations":[{"key":"dedicated","operator":"Equal","value":"batch","effect":"NoSchedule"}]}}}}'
kubectl rollout status deployment crunch -n batch --timeout=20s

kubectl taint node node01 dedicated=batch:NoSchedule
kubectl patch deployment crunch -n batch -p '{"spec":{"replicas":2,"template":{"spec":{"tolerations":[{"key":"dedicated","operator":"Equal","value":"batch","effect":"NoSchedule"}]}}}}'
kubectl rollout status deployment crunch -n batch

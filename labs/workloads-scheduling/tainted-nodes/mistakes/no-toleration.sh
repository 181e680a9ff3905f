kubectl taint node node01 dedicated=batch:NoSchedule
kubectl patch deployment crunch -n batch -p '{"spec":{"replicas":2,"template":{"spec":{"nodeSelector":{"kubernetes.io/hostname":"node01"}}}}}'

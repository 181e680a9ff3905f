kubectl create quota team-quota -n team-blue --hard=pods=5,requests.cpu=1,requests.memory=1Gi
kubectl scale deployment api -n team-blue --replicas=3

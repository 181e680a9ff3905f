kubectl run nginx-pod --image=nginx:1.14 --port=80 --overrides='{"spec":{"nodeName":"node02","containers":[{"name":"nginx-container","image":"nginx:1.14","ports":[{"containerPort":80}]}]}}'

"""AWS CodeDeploy: deployments that shift the traffic of an alias."""

"""Aliases and CodeDeploy."""

from typing import Final

CODEDEPLOY_QUOTAS_URL: Final = "https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html"
CODEDEPLOY_ALARMS_URL: Final = (
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html"
)

# CODEDEPLOY_QUOTAS_URL
TRAFFIC_PERCENTAGE_MINIMUM: Final = 1
TRAFFIC_PERCENTAGE_MAXIMUM: Final = 99  # 100 % in one step is AllAtOnce
TRAFFIC_MINUTES_MAXIMUM: Final = 2_880  # 48 hours between the first and the last shift
DEPLOYMENT_GROUP_NAME_MAXIMUM: Final = 100  # characters: botocore, codedeploy DeploymentGroupName
ALARMS_PER_DEPLOYMENT_GROUP_MAXIMUM: Final = 10  # botocore, codedeploy AlarmConfiguration.alarms

"""Stacks of CloudFormation, and roles of IAM."""

from typing import Final

CLOUDFORMATION_QUOTAS_URL: Final = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
)

CLOUDFORMATION_TEMPLATE_URL: Final = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html"
)

DEPENDS_ON_URL: Final = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html"
)

# --- IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
ROLE_INLINE_POLICIES_MAXIMUM: Final = 10_240  # characters of all inline policies of one role

# --- CloudFormation: CLOUDFORMATION_QUOTAS_URL
STACK_RESOURCES_MAXIMUM: Final = 500
STACK_NAME_MAXIMUM: Final = 128  # characters: botocore, cloudformation CreateStackInput.StackName

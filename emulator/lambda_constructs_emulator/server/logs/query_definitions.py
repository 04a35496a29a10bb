"""Saved queries of CloudWatch Logs Insights in a template: only their ids, because ministack lacks their API.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-querydefinition.html
"""

import uuid

from ..cloudformation import resource_types
from ..cloudformation.resource_types import Identity, Place, Properties


def install() -> None:
    """Register the type.

    Raises:
        hooks.HookError: ministack provisions it itself now.
    """
    resource_types.register("AWS::Logs::QueryDefinition", _QueryDefinition())


class _QueryDefinition:
    def create(self, _place: Place, _properties: Properties) -> Identity:
        name = str(uuid.uuid4())
        return name, {"QueryDefinitionId": name}

    def update(self, _place: Place, ref: str, _old: Properties, _new: Properties) -> Identity:
        return ref, {"QueryDefinitionId": ref}

    def delete(self, _ref: str, _properties: Properties) -> None:
        pass

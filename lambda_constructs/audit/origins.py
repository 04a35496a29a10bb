"""Where the author of a template wrote what a finding is about: macros make other resources of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..template.files import Keys
from ..template.intrinsics import mapping
from ..template.views import keys_of

# The property of a SAM resource that generates resources of these types.
_GENERATED: Final = {
    "AWS::CodeDeploy::DeploymentGroup": "DeploymentPreference",
    "AWS::IAM::Role": "Policies",
    "AWS::Lambda::Alias": "AutoPublishAlias",
    "AWS::Lambda::EventInvokeConfig": "EventInvokeConfig",
    "AWS::Lambda::Url": "FunctionUrlConfig",
    "AWS::Lambda::Version": "AutoPublishAlias",
}
# Properties that SAM calls by other names.
_NAMES: Final = {
    "Body": ("DefinitionBody",),
    "Code": ("CodeUri", "InlineCode", "ImageUri"),
    "DeadLetterConfig": ("DeadLetterQueue",),
    "DefinitionString": ("Definition", "DefinitionUri"),
    "Role": ("Policies",),
    "TracingConfig": ("Tracing",),
}
_ANSWERS: Final = "responseParameters"
_NOTIFICATIONS: Final = ("NotificationConfiguration", "LambdaConfigurations")
_IMPLICIT: Final = {"ServerlessRestApi": ("Api", "RestApiId"), "ServerlessHttpApi": ("HttpApi", "ApiId")}


@dataclass(frozen=True)
class Origin:
    """The resource that a resource comes from."""

    resource: str  # its logical id, as its author knows it
    within: Keys = ()  # the keys to the part of it that generates the resource, such as an event


@dataclass(frozen=True, kw_only=True)
class Written:
    """The places of a template as its author wrote it."""

    document: Mapping[str, Any]  # the template, as it was written
    # Where each resource is written, by its logical id; in `Resources` by default
    places: Mapping[str, Keys] = field(default_factory=dict)
    # The origins of generated resources, by their logical ids
    origins: Mapping[str, Origin] = field(default_factory=dict)
    # The events of functions that SAM adds to a bucket, by the logical id of the bucket
    notifications: Mapping[str, Sequence[Origin]] = field(default_factory=dict)

    def place(self, resource: str, location: str) -> tuple[str, str, Keys]:
        """The logical id, the property and the keys that the author wrote for a property of a resource."""
        if location.startswith("Outputs/"):
            return resource, location, self._existing((), keys_of(location))
        origin = self.origins.get(resource) or self._notification(resource, keys_of(location))
        of = origin.resource if origin else resource
        base = self.places.get(of, ("Resources", of))
        names = keys_of(location)
        if _ANSWERS in names and (cors := self._cors(base)):
            return of, "/".join(map(str, cors[len(base) :] if cors[: len(base)] == base else cors)), cors
        if origin is None or (origin.resource == resource and not origin.within):
            return of, *self._property(base, names)
        start, common = (*base, *origin.within), ("Globals", "Function", *origin.within[1:])
        if self._existing(start, []) != start and self._existing(common, []) == common:
            start, base = common, ()
        found = self._existing(start, names)
        if found[-1:] == ("Properties",) and found[:-1] != base:
            found = found[:-1]
        return of, "/".join(map(str, found[len(base) :])), found

    def _cors(self, base: Keys) -> Keys:
        """Where the headers are that SAM writes into every path of an API; empty if its author wrote it."""
        body, own = ((*base, "Properties", name) for name in ("DefinitionBody", "Cors"))
        if self._existing(body, []) == body:
            return ()
        places = (own, ("Globals", "Api", "Cors"))
        return next((each for each in places if self._existing(each, []) == each), ())

    def _notification(self, bucket: str, names: list[str]) -> Origin | None:
        """The event of a function that generates a notification of a bucket; None if its author wrote it."""
        if bucket not in self.notifications or tuple(names[1:3]) != _NOTIFICATIONS or not names[3:]:
            return None
        own: Any = self.document
        for name in ("Resources", bucket, "Properties", *_NOTIFICATIONS):
            own = mapping(own).get(name, ())
        return dict(enumerate(self.notifications[bucket], len(own))).get(int(names[3]))

    def _property(self, base: Keys, names: list[str]) -> tuple[str, Keys]:
        """The property of a resource itself, or of the `Globals` of SAM."""
        if len(names) > 1:
            for name in (names[1], *_NAMES.get(names[1], ())):
                for start, within in ((base, "Properties"), (("Globals", "Function"), "")):
                    path = (*start, within, name) if within else (*start, name)
                    if self._existing(path, []) == path:
                        found = self._existing(path, names[2:])
                        shown = (within, name, *names[2:]) if within else (*path, *names[2:])
                        return "/".join(map(str, shown)), found
        if names[:-1] == ["Properties"] and self._is_serverless(base):
            names = ["Properties", _NAMES.get(names[1], names[1:])[0]]
        return "/".join(names), self._existing(base, [])

    def _is_serverless(self, base: Keys) -> bool:
        resource: Any = self.document
        for key in base:
            resource = mapping(resource).get(str(key))
        return str(mapping(resource).get("Type")).startswith("AWS::Serverless::")

    def _existing(self, start: Keys, names: list[str]) -> Keys:
        """The longest part of a path that exists in the document."""
        found: Keys = ()
        value: Any = self.document
        for name in (*start, *names):
            key = int(name) if isinstance(value, list) and str(name).isdecimal() else name
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                break
            found = (*found, key)
        return found


def origins_of_sam(
    written: Mapping[str, Any], generated: Mapping[str, Any], origins: Mapping[str, str]
) -> dict[str, Origin]:
    """The origins of the resources that SAM generates; it tells some of them itself, by logical id."""
    events = {
        f"{logical_id}{event}": Origin(logical_id, ("Properties", "Events", event))
        for logical_id, resource in written.items()
        for event in mapping(mapping(mapping(resource).get("Properties")).get("Events"))
    }
    found: dict[str, Origin] = {}
    for logical_id, resource in generated.items():
        if logical_id in written:
            continue
        of = origins.get(logical_id) or next((each for each in written if logical_id.startswith(each)), "")
        name = max((each for each in events if logical_id.startswith(each)), key=len, default="")
        implicit = next((each for each in _IMPLICIT if logical_id.startswith(each)), "")
        if implicit:
            found[logical_id] = _first_event(written, *_IMPLICIT[implicit]) or Origin(logical_id)
        elif name and events[name].resource == (of or events[name].resource):
            found[logical_id] = events[name]
        elif of:
            within = _GENERATED.get(str(mapping(resource).get("Type")))
            found[logical_id] = Origin(of, ("Properties", within) if within else ("Properties",))
    return found


def notifications_of_sam(written: Mapping[str, Any]) -> dict[str, list[Origin]]:
    """The events of functions for each bucket of the template, in the order of SAM's notifications."""
    found: dict[str, list[Origin]] = {}
    for logical_id, resource in written.items():
        for name, event in mapping(mapping(mapping(resource).get("Properties")).get("Events")).items():
            match event:
                case {"Type": "S3", "Properties": {"Bucket": {"Ref": str(bucket)}, "Events": kinds}}:
                    count = len(kinds) if isinstance(kinds, list) else 1
                    origin = Origin(logical_id, ("Properties", "Events", str(name)))
                    found.setdefault(bucket, []).extend([origin] * count)
    return found


def _first_event(resources: Mapping[str, Any], kind: str, api: str) -> Origin | None:
    """The first event of a kind that uses the API that SAM creates."""
    for logical_id, resource in resources.items():
        for event, each in mapping(mapping(mapping(resource).get("Properties")).get("Events")).items():
            if mapping(each).get("Type") == kind and api not in mapping(mapping(each).get("Properties")):
                return Origin(logical_id, ("Properties", "Events", str(event)))
    return None

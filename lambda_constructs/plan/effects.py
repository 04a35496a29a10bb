"""The effects of one deployment, from the resources of the old and of the new template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from ..rules.function import TIMEOUT_DEFAULT
from ..rules.visibility_timeout import VISIBILITY_TIMEOUT_DEFAULT
from ..template.alarms import ALARM
from ..template.changes import Change, Definitions, at, changes, references
from ..template.sources import MAPPING
from ..template.targets import ALIAS, FUNCTION, QUEUE
from .advice import LEAVE, RESTART
from .data import HOLDING, losses
from .names import taken_names

Severity: TypeAlias = Literal["error", "warning", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
"""An error loses data or fails the deployment; a warning needs attention; a note is an intended effect."""

AT_RISK: Final = frozenset({"data-deleted", "data-left", "mapping-refused", "mapping-replays"})
"""The codes of what loses or repeats work; each message names a section of the page of changes."""

# Another one takes over at once, and nothing outside of the stack depends on which one it is.
_BEHIND: Final = frozenset(
    {
        "AWS::ApiGateway::Deployment",
        "AWS::EC2::SecurityGroup",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
    }
)
_POSITION: Final = frozenset({"StartingPosition", "StartingPositionTimestamp"})
_CONCURRENCY: Final = (
    (FUNCTION, ("ReservedConcurrentExecutions",)),
    (MAPPING, ("ScalingConfig", "MaximumConcurrency")),
    (ALIAS, ("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions")),
)
_OTHER_TYPE: Final = ("Type",)
_ACTIONS: Final = ("ActionsEnabled", "AlarmActions")


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One effect of a deployment."""

    severity: Severity  # how bad it is
    code: str  # its kind
    resource: str  # the logical id of the resource
    path: str  # the construct path of the resource, or its logical id
    message: str  # the effect, and how to avoid it


def by_severity(effects: Iterable[Effect]) -> list[Effect]:
    """Findings, the worst first."""
    return sorted(effects, key=lambda each: (SEVERITIES.index(each.severity), each.path, each.code))


class Deployment:
    """One stack before and after a deployment."""

    def __init__(self, before: Definitions, after: Definitions) -> None:
        """Compare the resources of both templates."""
        self._before, self._after = before, after
        self._changes = changes(before, after)

    def effects(self) -> list[Effect]:
        """The effects, the worst first."""
        found = [
            *(
                _effect("error", "name-taken", name, why)
                for name, why in taken_names(self._before, self._after, self._changes.values())
            ),
            *(_effect(*loss) for loss in losses(self._before, self._after, self._gone())),
            *self._mappings(),
            *self._unread(),
            *self._stopped(),
            *self._types(),
            *self._replacements(),
            *self._visibility(),
            *self._concurrency(),
            *self._alarms(),
            *self._versions(),
        ]
        return by_severity(found)

    def _mappings(self) -> Iterator[Effect]:
        """Mappings of streams and topics that start again."""
        for each in self._gone():
            position = at(self._before[each.id], "StartingPosition")
            if each.type != MAPPING or position is None:
                continue
            if each.properties and _POSITION.issuperset(each.properties):
                text = "changes its starting position, so Lambda refuses a second mapping of the source"
                yield _effect("error", "mapping-refused", each.id, f"{text}; {LEAVE}")
            else:
                text = "is removed, and a new mapping of its source starts again"
                if each.action == "replace":
                    position = at(self._after[each.id], "StartingPosition")
                    text = f"is replaced, and the new mapping reads from {position}"
                yield _effect("warning", "mapping-replays", each.id, f"{text}; {RESTART}")

    def _unread(self) -> Iterator[Effect]:
        """Queues that stay without their mapping."""
        read = [at(each, "EventSourceArn") for each in self._after.values() if each.get("Type") == MAPPING]
        for each in self._gone():
            source = at(self._before[each.id], "EventSourceArn")
            stays = all(name in self._after for name in references(source))
            is_queue = each.type == MAPPING and at(self._before[each.id], "StartingPosition") is None
            if is_queue and each.action == "delete" and stays and source not in read:
                text = "is removed, and no other mapping of the stack reads its queue"
                advice = "its messages wait until they expire"
                yield _effect("warning", "queue-unread", each.id, f"{text}; {advice}")

    def _stopped(self) -> Iterator[Effect]:
        """Mappings that are disabled."""
        for name in self._both(MAPPING):
            was, now = (at(each[name], "Enabled") for each in (self._before, self._after))
            if now is False and was is not False:
                text = "is disabled; the events of its source wait until they expire"
                yield _effect("warning", "mapping-disabled", name, text)

    def _types(self) -> Iterator[Effect]:
        """Resources that get another type."""
        for each in self._changes.values():
            if each.properties == _OTHER_TYPE:
                text = "changes its type, so CloudFormation refuses the template"
                yield _effect("error", "type-changed", each.id, f"{text}; use another logical id")

    def _replacements(self) -> Iterator[Effect]:
        """Other resources that are replaced, also by one of another logical id."""
        created = {each.type for each in self._changes.values() if each.action == "create"}
        for each in self._gone():
            is_reader = each.type == MAPPING and at(self._before[each.id], "StartingPosition") is not None
            if is_reader or each.type in HOLDING or each.type in _BEHIND:
                continue
            if each.action == "replace":
                text = f"is replaced ({', '.join(each.properties)})"
            elif each.type in created and each.type != ALARM:
                text = f"is removed, and another {each.type} is created"
            else:
                continue
            yield _effect("note", "replaced", each.id, f"{text}; the new one is created first")

    def _visibility(self) -> Iterator[Effect]:
        """Queues that show a message again while a function still processes it."""
        for mapping in self._before.values():
            queues = [
                name
                for name in references(at(mapping, "EventSourceArn"))
                if self._after.get(name, {}).get("Type") == QUEUE and name in self._before
            ]
            timeouts = [
                at(self._before[name], "Timeout") or TIMEOUT_DEFAULT
                for name in self._functions(at(mapping, "FunctionName"))
            ]
            for name in queues:
                was, now = (
                    _number(each.get(name), "VisibilityTimeout", VISIBILITY_TIMEOUT_DEFAULT)
                    for each in (self._before, self._after)
                )
                longest = max((each for each in timeouts if isinstance(each, int)), default=0)
                if now < was and now < longest:
                    text = (
                        f"hides messages for {now} instead of {was} s, and invocations take up to {longest} s"
                    )
                    yield _effect(
                        "warning", "visibility-drops", name, f"{text}; messages in flight are delivered twice"
                    )

    def _concurrency(self) -> Iterator[Effect]:
        """Functions, mappings and aliases with less concurrency."""
        for kind, path in _CONCURRENCY:
            for name in self._both(kind):
                was, now = (at(each[name], *path) for each in (self._before, self._after))
                if isinstance(was, int) and isinstance(now, int) and now < was:
                    text = (
                        f"has {path[-1]} {now} instead of {was}; events above it are throttled or start cold"
                    )
                    yield _effect("warning", "concurrency-drops", name, text)

    def _alarms(self) -> Iterator[Effect]:
        """Alarms that are removed or notify no longer."""
        for each in self._changes.values():
            if each.type == ALARM and each.action == "delete":
                yield _effect("warning", "alarm-removed", each.id, "is removed; nothing replaces its check")
        for name in self._both(ALARM):
            enabled, actions = (at(self._after[name], each) for each in _ACTIONS)
            if (enabled is False or not actions) and self._notified(name):
                yield _effect("warning", "alarm-silent", name, "no longer has actions; it notifies no one")

    def _notified(self, name: str) -> bool:
        """Whether an alarm notified before."""
        enabled, actions = (at(self._before[name], each) for each in _ACTIONS)
        return enabled is not False and bool(actions)

    def _versions(self) -> Iterator[Effect]:
        """Aliases that move to a new version, with the reason and the way."""
        for name in self._both(ALIAS):
            was, now = (at(each[name], "FunctionVersion") for each in (self._before, self._after))
            if was == now:
                continue
            functions = [*references(at(self._after[name], "FunctionName"))]
            causes = sorted({cause for each in functions for cause in self._causes(each)})
            policy = self._after[name].get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate", {})
            groups = [*references(policy.get("DeploymentGroupName"))]
            ways = [at(self._after.get(each, {}), "DeploymentConfigName") for each in groups]
            way = (
                f"CodeDeploy shifts the traffic as {_shown(ways[0])} says"
                if ways
                else "all traffic moves at once"
            )
            reason = (
                f"the function changes ({', '.join(causes)})"
                if causes
                else "a resource that it refers to is replaced"
            )
            yield _effect("note", "new-version", name, f"moves to a new version, because {reason}; {way}")

    def _causes(self, function: str) -> tuple[str, ...]:
        change = self._changes.get(function)
        return change.properties if change else ()

    def _gone(self) -> Iterator[Change]:
        """The changes that replace or delete a resource; a change of its type does neither."""
        return (
            each
            for each in self._changes.values()
            if each.action in ("replace", "delete") and each.properties != _OTHER_TYPE
        )

    def _both(self, kind: str) -> list[str]:
        """The resources of a type that both templates have."""
        names = sorted(self._before.keys() & self._after.keys())
        return [
            name for name in names if self._before[name].get("Type") == self._after[name].get("Type") == kind
        ]

    def _functions(self, value: object) -> Iterator[str]:
        """The functions that a reference to an alias, a version or a function means."""
        for name in references(value):
            resource = self._before.get(name, {})
            if resource.get("Type") == FUNCTION:
                yield name
            elif resource.get("Type") == ALIAS:
                yield from self._functions(at(resource, "FunctionName"))


def _effect(severity: Severity, code: str, resource: str, message: str) -> Effect:
    return Effect(severity=severity, code=code, resource=resource, path=resource, message=message)


def _number(definition: Any, name: str, default: int) -> int:  # noqa: ANN401 - JSON
    value = at(definition or {}, name)
    return value if isinstance(value, int) else default


def _shown(value: object) -> str:
    """A name, or the resource that has it."""
    return value if isinstance(value, str) else ", ".join(references(value)) or "its deployment group"

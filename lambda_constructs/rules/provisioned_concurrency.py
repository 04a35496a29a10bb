"""Rules for provisioned concurrency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.provisioned_concurrency import PROVISIONED, provisioned, provisioned_of, total
from ..template.targets import FUNCTION
from ..template.template import Template
from ..template.values import Unknown
from .cron import SCHEDULE_PATTERN, refusal
from .function import RESERVED
from .rule import Place, Words, at, rule, warning
from .urls import PROVISIONED_URL

_SCHEDULED_SCALING_URL: Final = "https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html"
# AWS does not limit the target utilization; CDK does, for aliases:
# aws-cdk-lib/aws-lambda/lib/private/scalable-function-attribute.ts
UTILIZATION_MINIMUM: Final = 0.1
UTILIZATION_MAXIMUM: Final = 0.9
_HOUR_MAXIMUM: Final = 23  # _SCHEDULED_SCALING_URL

OPTION: Final = "provisioned_concurrency"
_RESERVATION: Final = {"reserved_concurrency": ("reserved_concurrency", RESERVED)}


@rule(
    why="With a minimum of zero the next deployment fails (ProvisionedConcurrencyConfigNotFoundException), "
    "and Application Auto Scaling refuses a maximum below the minimum.",
    source=PROVISIONED_URL,
)
def provisioned_range(words: Words, minimum: int, maximum: int, *, option: str = OPTION) -> str | None:
    """1 <= minimum <= maximum."""
    least, most = words(f"{option}.minimum", "MinCapacity"), words(f"{option}.maximum", "MaxCapacity")
    fix = words(
        "pass at least 1, or leave provisioned_concurrency out",
        "set it to at least 1, or remove the scalable target",
    )
    if minimum < 1:
        return f"{least} is {minimum}; {fix}"
    if maximum < 1:
        return f"{most} is {maximum}; {fix}"
    if maximum < minimum:
        return f"{most} is {maximum}, below {least} of {minimum}; raise it to {minimum} or more"
    return None


@provisioned_range.in_template
def _(template: Template) -> Iterator[Place]:
    for each in provisioned(template):
        if each.scaling is not None:
            for bounds in each.bounds:
                yield at(each.scaling, bounds.location, bounds.minimum, bounds.maximum)


@rule(
    why="Hours that end before they begin would keep the environments of the day running all night.",
    source=_SCHEDULED_SCALING_URL,
)
def business_hours_range(_: Words, opens: int, closes: int, *, option: str = OPTION) -> str | None:
    """0 <= opens < closes <= 23."""
    if 0 <= opens < closes <= _HOUR_MAXIMUM:
        return None
    return (
        f"{option} opens at {opens} and closes at {closes}; choose hours of one day, 0 to {_HOUR_MAXIMUM}, "
        "or two ScheduledConcurrency"
    )


@rule(
    why="Application Auto Scaling refuses the scheduled action.",
    source=_SCHEDULED_SCALING_URL,
    names={"schedule": (f"a schedule of {OPTION}", "Schedule")},
)
def provisioned_schedule(words: Words, schedule: str) -> str | None:
    """A rate, a point in time, or a cron expression."""
    otherwise = "which is not rate(...), cron(...) or at(...); correct it"
    return refusal(words.schedule, schedule, SCHEDULE_PATTERN, otherwise)


@provisioned_schedule.in_template
def _(template: Template) -> Iterator[Place]:
    for target in template.of_type("AWS::ApplicationAutoScaling::ScalableTarget"):
        if target.get("ServiceNamespace") == "lambda":
            for index in range(len(target.items("ScheduledActions"))):
                schedule = target.get("ScheduledActions", index, "Schedule")
                if isinstance(schedule, str):
                    yield at(target, f"ScheduledActions/{index}/Schedule", schedule)


@rule(
    why="CDK allows 10 % to 90 %: near 100 % a rise cannot be noticed, near 0 % most environments idle.",
    source=PROVISIONED_URL,
)
def target_utilization_range(_: Words, target_utilization: float) -> str | None:
    """0.1 to 0.9."""
    if UTILIZATION_MINIMUM <= target_utilization <= UTILIZATION_MAXIMUM:
        return None
    return (
        f"provisioned_concurrency.target_utilization is {target_utilization}, CDK allows "
        f"{UTILIZATION_MINIMUM} to {UTILIZATION_MAXIMUM}; choose a share in that range"
    )


@rule(
    why="Provisioned concurrency is part of the reserved concurrency: Lambda refuses more than that.",
    source=PROVISIONED_URL,
    names=_RESERVATION,
)
def provisioned_above_reserved(
    words: Words, maximum: int, reserved_concurrency: int, *, option: str = OPTION
) -> str | None:
    """The maximum of provisioned concurrency is within the reserved concurrency."""
    if maximum <= reserved_concurrency:
        return None
    reserved = words.reserved_concurrency
    return (
        f"{words(f'{option}.maximum', 'provisioned concurrency')} is {maximum} but {reserved} is "
        f"{reserved_concurrency}; raise {reserved} to at least {maximum} or lower "
        f"{words('maximum', 'provisioned concurrency')} to {reserved_concurrency}"
    )


@provisioned_above_reserved.in_template
def _with_reservation(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        reserved, own = function.number(RESERVED), provisioned_of(template, function)
        if reserved is not None and own:
            maximum = total([each.maximum for each in own], sum)
            about = [resource for each in own for resource in each.resources]
            yield at(function, RESERVED, maximum, reserved, about=about)


@warning(
    why="No concurrency is left for bursts and for the second version of a canary: Lambda throttles them.",
    source=PROVISIONED_URL,
    names=_RESERVATION,
)
def provisioned_equals_reserved(
    words: Words, maximum: int, reserved_concurrency: int, *, option: str = OPTION
) -> str | None:
    """Provisioned concurrency leaves some of the reserved concurrency free."""
    if maximum != reserved_concurrency:
        return None
    return (
        f"{words(f'{option}.maximum', 'provisioned concurrency')} takes all of "
        f"{words.reserved_concurrency} ({maximum}): bursts and the second version of a "
        f"rollout are throttled; reserve more than {maximum}"
    )


@provisioned_equals_reserved.in_template
def _(template: Template) -> Iterator[Place]:
    for place in _with_reservation(template):
        if not any(isinstance(value, Unknown) for value in place.values):
            yield place


@warning(
    why="While two versions share the alias, Lambda cannot manage provisioned concurrency: scaling "
    "is frozen, and a version whose init fails can leave the alias weighted and the stack stuck.",
    source=PROVISIONED_URL,
)
def provisioned_with_canary(_: Words, rollout: str, *, tested: bool) -> str | None:
    """With provisioned concurrency, a hook tests a new version before a gradual rollout."""
    if rollout == "AllAtOnce" or tested:
        return None
    return (
        f"provisioned_concurrency with {rollout}: scaling is frozen while traffic shifts, and a "
        "version that fails to start can leave the stack stuck; read 'Provisioned concurrency and rollouts' "
        "in docs/how-to/rollouts.md, then set before_traffic=SmokeTest(), use AllAtOnce() or acknowledge this"
    )


@warning(why="Each deployment of the alias resets the number that scaling has set.", source=PROVISIONED_URL)
def provisioned_two_owners(_: Words, initial: int, minimum: int) -> str | None:
    """The initial provisioned concurrency of an alias that is scaled is the minimum of the scaling."""
    if initial == minimum:
        return None
    return (
        f"the alias sets provisioned concurrency to {initial}, but its scalable target has a MinCapacity of "
        f"{minimum}, and each deployment resets what scaling has set; set {minimum} on the alias too, or "
        "remove the scalable target"
    )


@provisioned_two_owners.in_template
def _(template: Template) -> Iterator[Place]:
    for each in provisioned(template):
        if each.owner is not None and each.scaling is not None:
            yield at(each.owner, PROVISIONED, each.initial, each.bounds[0].minimum, about=[each.scaling])


@rule(
    why="Only versions can have provisioned concurrency: Lambda refuses it, or silently ignores it.",
    source=PROVISIONED_URL,
)
def provisioned_on_latest(_: Words, version: str) -> str | None:
    """Provisioned concurrency is set for a version, or for the alias of one."""
    if version != "$LATEST":
        return None
    return (
        "provisioned concurrency is set for $LATEST, which cannot have it; publish a version, and set it for "
        "that version or its alias"
    )


@provisioned_on_latest.in_template
def _(template: Template) -> Iterator[Place]:
    for each in provisioned(template):
        location = "ResourceId" if each.owner is None else PROVISIONED
        yield at(each.resources[0], location, each.version, about=[each.target.function])

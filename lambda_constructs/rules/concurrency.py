"""Rules for reserved and provisioned concurrency, and for SnapStart, which excludes the latter."""

from __future__ import annotations

from . import limits
from .rule import rule

OPTION = "provisioned_concurrency"


@rule(
    "reserved-concurrency-range",
    why="Lambda refuses a negative reservation.",
    source=limits.RESERVED_URL,
)
def reserved_concurrency_range(reserved_concurrency: int) -> str | None:
    """Zero or more; zero stops the function."""
    if reserved_concurrency >= 0:
        return None
    return f"reserved_concurrency is {reserved_concurrency}; pass 0 or more, or leave it out"


@rule(
    "provisioned-range",
    why="A floor of zero makes the next deployment fail (ProvisionedConcurrencyConfigNotFoundException), "
    "and a maximum below the minimum is refused at deployment.",
    source=limits.PROVISIONED_URL,
)
def provisioned_range(minimum: int, maximum: int, *, option: str = OPTION) -> str | None:
    """1 <= minimum <= maximum."""
    if minimum < 1:
        return f"{option}.minimum is {minimum}; pass at least 1, or leave provisioned_concurrency out"
    if maximum < minimum:
        return f"{option}.maximum is {maximum}, below its minimum of {minimum}; raise it to {minimum} or more"
    return None


@rule(
    "business-hours-range",
    why="Hours that end before they begin would leave the environments of the day running all night.",
    source=limits.SCHEDULED_SCALING_URL,
)
def business_hours_range(opens: int, closes: int, *, option: str = OPTION) -> str | None:
    """0 <= opens < closes <= 23."""
    if 0 <= opens < closes <= limits.HOUR_MAXIMUM:
        return None
    return (
        f"{option} opens at {opens} and closes at {closes}; choose hours of one day, 0 to "
        f"{limits.HOUR_MAXIMUM}, or two ScheduledConcurrency"
    )


@rule(
    "target-utilization-range",
    why="CDK allows 10 % to 90 %: near 100 % there is nothing left to notice a rise by, near 0 % most "
    "environments idle.",
    source=limits.PROVISIONED_URL,
)
def target_utilization_range(target_utilization: float) -> str | None:
    """0.1 to 0.9."""
    low, high = limits.UTILIZATION_MINIMUM, limits.UTILIZATION_MAXIMUM
    if low <= target_utilization <= high:
        return None
    return (
        f"provisioned_concurrency.target_utilization is {target_utilization}, CDK allows {low} to {high}; "
        "choose a share in that range"
    )


@rule(
    "provisioned-above-reserved",
    why="Provisioned concurrency is taken out of the reservation: more than it fails the deployment.",
    source=limits.PROVISIONED_URL,
)
def provisioned_above_reserved(
    maximum: int, reserved_concurrency: int, *, option: str = OPTION
) -> str | None:
    """The maximum of provisioned concurrency fits the reservation."""
    if maximum <= reserved_concurrency:
        return None
    return (
        f"{option}.maximum is {maximum} but reserved_concurrency is "
        f"{reserved_concurrency}; raise reserved_concurrency to at least {maximum} "
        f"or lower maximum to {reserved_concurrency}"
    )


@rule(
    "provisioned-equals-reserved",
    severity="warning",
    why="Nothing is left to spill over to, or for the second version of a canary: calls are throttled.",
    source=limits.PROVISIONED_URL,
)
def provisioned_equals_reserved(
    maximum: int, reserved_concurrency: int, *, option: str = OPTION
) -> str | None:
    """Provisioned concurrency leaves some of the reservation free."""
    if maximum != reserved_concurrency:
        return None
    return (
        f"{option}.maximum takes all of reserved_concurrency ({maximum}): bursts and "
        f"the second version of a rollout are throttled; reserve more than {maximum}"
    )


@rule(
    "provisioned-with-canary",
    severity="warning",
    why="While two versions share the alias, Lambda cannot manage provisioned concurrency: scaling "
    "is frozen, and a version whose init fails can leave the alias weighted and the stack stuck.",
    source=limits.PROVISIONED_URL,
)
def provisioned_with_canary(rollout: str, *, tested: bool) -> str | None:
    """Provisioned concurrency meets a gradual rollout only if a hook starts the version before."""
    if rollout == "AllAtOnce" or tested:
        return None
    return (
        f"provisioned_concurrency with {rollout}: scaling is frozen while traffic shifts, and a "
        "version that fails to start can leave the stack stuck; read 'Provisioned concurrency and rollouts' "
        "in docs/how-to/rollouts.md, then set before_traffic=SmokeTest(), use AllAtOnce() or acknowledge this"
    )


@rule(
    "snap-start-runtime",
    why="Lambda refuses the function.",
    source=limits.SNAP_START_URL,
)
def snap_start_runtime(runtime: str, *, supported: bool) -> str | None:
    """SnapStart exists for Java 11, Python 3.12 and .NET 8, and later ones."""
    if supported:
        return None
    minimum = ".".join(str(part) for part in limits.SNAP_START_RUNTIMES["python"])
    return f"snap_start is not offered for {runtime}; use python{minimum} or later, or leave snap_start out"


@rule(
    "snap-start-exclusions",
    why="Lambda refuses provisioned concurrency, EFS and more than 512 MB of /tmp together with SnapStart.",
    source=limits.SNAP_START_URL,
)
def snap_start_exclusions(
    ephemeral_storage_size: int, *, provisioned: bool, file_system: bool = False
) -> str | None:
    """SnapStart excludes provisioned concurrency, EFS and more than 512 MB of ephemeral storage."""
    maximum = limits.SNAP_START_EPHEMERAL_STORAGE_MAXIMUM
    if provisioned:
        return "snap_start and provisioned_concurrency exclude each other; choose one of them"
    if file_system:
        return "snap_start and a file system exclude each other; choose one of them"
    if ephemeral_storage_size > maximum:
        return (
            f"snap_start allows {maximum} MB of ephemeral storage, ephemeral_storage_size is "
            f"{ephemeral_storage_size}; lower it or leave snap_start out"
        )
    return None


@rule(
    "provisioned-two-owners",
    severity="warning",
    why="Each deployment of the alias sets its own number again, whatever scaling has made of it.",
    source=limits.PROVISIONED_URL,
)
def provisioned_two_owners(initial: int, minimum: int) -> str | None:
    """An alias that is scaled begins with the minimum of its scaling."""
    if initial == minimum:
        return None
    return (
        f"the alias sets provisioned concurrency to {initial}, its scalable target scales it from {minimum} "
        "on, and each deployment undoes the scaling; begin with the minimum of the scaling, or do not scale"
    )


@rule(
    "provisioned-on-latest",
    why="Only published versions can be kept warm: Lambda refuses the setting, or it silently does nothing.",
    source=limits.PROVISIONED_URL,
)
def provisioned_on_latest(version: str) -> str | None:
    """Provisioned concurrency is for a version, or for an alias of one."""
    if version != "$LATEST":
        return None
    return (
        "provisioned concurrency is set for $LATEST, which cannot have it; publish a version and set it for "
        "that or for its alias"
    )

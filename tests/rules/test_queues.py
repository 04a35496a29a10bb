"""Queues in templates: visibility, redrive, dead letters, who reads them."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    arn,
    findings,
    found,
    function,
    mapping,
    parameter,
    queue,
    redrive,
    ref,
    template,
    version,
)
from tests.for_each import for_each

SECTIONS = {
    "Parameters": {"Open": parameter(), "Text": parameter("String")},
    "Conditions": {"Maybe": {"Fn::Equals": [ref("Text"), ref("Open")]}},
}
MAYBE = {"Fn::If": ["Maybe", redrive("Letters"), ref("AWS::NoValue")]}
VISIBILITY, REFUSED = "visibility-below-timeout", "visibility-below-function-timeout"
SQS = "arn:aws:sqs:eu-west-1:123456789012"


def shop(**resources: Json) -> Json:
    """A queue that is worked off, without anything wrong."""
    common: dict[str, Json] = {
        "Function": function(FunctionName="worker"),
        "Version": version(),
        "Alias": alias(),
        "Queue": queue(QueueName="orders", VisibilityTimeout=180, RedrivePolicy=redrive("Letters")),
        "Letters": queue(MessageRetentionPeriod=1_209_600),
        "Mapping": mapping(),
    }
    return template(SECTIONS, **{**common, **resources})


def test_nothing_is_wrong_with_the_shop() -> None:
    assert [each for each in findings(shop()) if "Queue" in (each.resource, *each.about)] == []


@for_each(
    ("of_queue", "code", "severity"),
    [
        ({"VisibilityTimeout": 43_201}, "visibility-timeout-range", "error"),
        ({"VisibilityTimeout": ref("Open")}, "visibility-timeout-range", "undecided"),
        ({"VisibilityTimeout": 0}, "visibility-timeout-range", None),
        ({"MessageRetentionPeriod": 59}, "retention-range", "error"),
        ({"MessageRetentionPeriod": ref("Open")}, "retention-range", "undecided"),
        ({}, "retention-range", None),
        ({"QueueName": "orders", "FifoQueue": True}, "queue-name", "error"),
        ({"QueueName": "orders.fifo"}, "queue-name", "error"),
        ({"QueueName": "orders", "FifoQueue": ref("Open")}, "queue-name", "undecided"),
        ({"QueueName": {"Fn::Sub": "${Text}.fifo"}, "FifoQueue": True}, "queue-name", None),
        ({"QueueName": "orders"}, "queue-name", None),
        ({"FifoQueue": True}, "queue-name", None),
        ({"ContentBasedDeduplication": True}, "deduplication-without-fifo", "error"),
        (
            {"ContentBasedDeduplication": True, "FifoQueue": ref("Open")},
            "deduplication-without-fifo",
            "undecided",
        ),
        ({"ContentBasedDeduplication": True, "FifoQueue": True}, "deduplication-without-fifo", None),
        ({"ContentBasedDeduplication": False}, "deduplication-without-fifo", None),
    ],
)
def test_queue_by_itself(of_queue: Json, code: str, severity: str | None) -> None:
    assert found(template(SECTIONS, Queue=queue(**of_queue)), code) == (
        [(code, severity, "Queue")] if severity else []
    )


@for_each(
    ("to", "visibility", "timeout", "window", "severity"),
    [
        (ref("Alias"), 179, 30, None, "warning"),
        (ref("Version"), 179, 30, None, "warning"),
        (ref("Function"), 179, 30, None, "warning"),
        ("worker", 179, 30, None, "warning"),
        ("worker:live", 179, 30, None, "warning"),
        ({"Fn::Sub": "arn:aws:lambda:${AWS::Region}:1:function:worker:live"}, 179, 30, None, "warning"),
        (ref("Alias"), 189, 30, 10, "warning"),
        (ref("Alias"), None, 6, None, "warning"),
        (ref("Alias"), None, None, 13, "warning"),
        (ref("Alias"), ref("Open"), 30, None, "undecided"),
        (ref("Alias"), 180, ref("Open"), None, "undecided"),
        (ref("Alias"), 180, 30, ref("Open"), "undecided"),
        (ref("Text"), 180, 30, None, "undecided"),
        (ref("Alias"), 180, 30, None, None),
        (ref("Alias"), 190, 30, 10, None),
        (ref("Alias"), None, 5, None, None),
        (ref("Alias"), None, None, 12, None),
    ],
)
def test_visibility_timeout(
    to: Any, visibility: Any, timeout: Any, window: Any, severity: str | None
) -> None:
    source = shop(
        Function=function(FunctionName="worker", Timeout=timeout),
        Queue=queue(VisibilityTimeout=visibility),
        Mapping=mapping(FunctionName=to, MaximumBatchingWindowInSeconds=window),
    )

    assert found(source, VISIBILITY) == ([(VISIBILITY, severity, "Queue")] if severity else [])


def test_visibility_timeout_below_that_of_the_function_is_what_lambda_refuses() -> None:
    source = shop(Queue=queue(VisibilityTimeout=29))

    assert found(source, VISIBILITY, REFUSED) == [(REFUSED, "error", "Queue")]


def test_visibility_timeout_is_about_the_mapping_and_the_function() -> None:
    (problem,) = findings(shop(Queue=queue(VisibilityTimeout=30)), VISIBILITY)

    assert (problem.location, problem.about) == ("Properties/VisibilityTimeout", ("Mapping", "Function"))


@for_each("source", [f"{SQS}:orders", {"Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders"}])
def test_queue_by_its_name(source: Any) -> None:
    read = shop(Queue=queue(QueueName="orders", VisibilityTimeout=30), Mapping=mapping(source))

    assert found(read, VISIBILITY) == [(VISIBILITY, "warning", "Queue")]


def test_queue_of_elsewhere_is_undecided() -> None:
    read = shop(Mapping=mapping(f"{SQS}:elsewhere"))

    assert found(read, VISIBILITY, "no-dead-letter-queue") == [
        ("no-dead-letter-queue", "undecided", "Mapping"),
        (VISIBILITY, "undecided", "Mapping"),
    ]


def test_mapping_that_is_switched_off_reads_nothing() -> None:
    idle = shop(Queue=queue(VisibilityTimeout=30), Mapping=mapping(Enabled=False))

    assert found(idle, VISIBILITY, "no-dead-letter-queue") == []


@for_each(
    ("policy", "problems"),
    [
        (None, [("no-dead-letter-queue", "error")]),
        (ref("AWS::NoValue"), [("no-dead-letter-queue", "error")]),
        (MAYBE, [("no-dead-letter-queue", "undecided")]),
        (redrive("Letters", 1), [("max-receive-count-range", "error")]),
        (redrive("Letters", "2"), [("max-receive-count-range", "error")]),
        (redrive("Letters", 1_001), [("max-receive-count-range", "error")]),
        (redrive("Letters", 4), [("max-receive-count-low", "warning")]),
        (redrive("Letters", ref("Open")), [("max-receive-count-range", "undecided")]),
        (redrive("Letters", None), []),
        (redrive("Letters", 5), []),
        (redrive(f"{SQS}:elsewhere", 5), []),
    ]
)  # fmt: skip
def test_redrive_of_a_queue_that_is_read(policy: Any, problems: list[tuple[str, str]]) -> None:
    codes = ("no-dead-letter-queue", "max-receive-count-range", "max-receive-count-low")
    read = shop(Queue=queue(VisibilityTimeout=180, RedrivePolicy=policy))

    assert found(read, *codes) == [(code, severity, "Queue") for code, severity in problems]


def test_queue_that_no_function_reads_may_lack_dead_letters() -> None:
    assert found(template(Queue=queue()), "no-dead-letter-queue") == []


DEAD_LETTER_CODES = (
    "fifo-mismatch",
    "dead-letter-retention",
    "dead-letter-retention-equal",
    "dead-letter-loop",
)


@for_each(
    ("of_queue", "of_letters", "problems"),
    [
        ({"FifoQueue": True}, {"FifoQueue": False}, [("fifo-mismatch", "error", "Queue")]),
        ({}, {"QueueName": "letters.fifo"}, [("fifo-mismatch", "error", "Queue")]),
        ({}, {"FifoQueue": ref("Open")}, [("fifo-mismatch", "undecided", "Queue")]),
        ({"FifoQueue": True}, {"FifoQueue": True, "MessageRetentionPeriod": 60}, []),
        ({}, {"MessageRetentionPeriod": 345_600}, [("dead-letter-retention-equal", "warning", "Letters")]),
        ({}, {"MessageRetentionPeriod": 345_599}, [("dead-letter-retention", "error", "Letters")]),
        (
            {"MessageRetentionPeriod": 1_209_600},
            {},
            [("dead-letter-retention-equal", "warning", "Letters")],
        ),
        ({}, {"MessageRetentionPeriod": ref("Open")}, [("dead-letter-retention", "undecided", "Letters")]),
        ({"MessageRetentionPeriod": 86_400}, {"MessageRetentionPeriod": None}, []),
        ({}, {"FifoQueue": True, "MessageRetentionPeriod": 60}, [("fifo-mismatch", "error", "Queue")]),
        (
            {"FifoQueue": ref("Open")},
            {"FifoQueue": ref("Open"), "MessageRetentionPeriod": 60},
            [("dead-letter-retention", "undecided", "Letters"), ("fifo-mismatch", "undecided", "Queue")],
        ),
        ({}, {}, []),
    ],
)
def test_dead_letters(of_queue: Json, of_letters: Json, problems: list[tuple[str, str, str]]) -> None:
    letters = queue(**{"MessageRetentionPeriod": 1_209_600, **of_letters})
    source = template(
        SECTIONS,
        Queue=queue(RedrivePolicy=redrive("Letters"), **of_queue),
        Letters=letters,
        Mapping=mapping(to="Elsewhere"),
    )

    assert found(source, *DEAD_LETTER_CODES) == problems


@for_each(
    ("target", "problems"),
    [
        (f"{SQS}:letters.fifo", [("fifo-mismatch", "error")]),
        (f"{SQS}:letters", [("dead-letter-retention", "undecided")]),
        ({"Fn::ImportValue": "L"}, [("dead-letter-retention", "undecided"), ("fifo-mismatch", "undecided")]),
        (f"{SQS}:orders", [("dead-letter-loop", "error")]),
        (arn("Queue"), [("dead-letter-loop", "error")]),
    ]
)  # fmt: skip
def test_dead_letters_elsewhere(target: Any, problems: list[tuple[str, str]]) -> None:
    source = template(Queue=queue(QueueName="orders", RedrivePolicy=redrive(target)))

    assert found(source, *DEAD_LETTER_CODES) == [(code, severity, "Queue") for code, severity in problems]


def test_two_mappings_of_one_queue() -> None:
    (problem,) = findings(shop(Second=mapping(f"{SQS}:orders", "Function")), "queue-shared")

    assert (problem.severity, problem.resource, problem.about) == ("error", "Queue", ("Mapping", "Second"))
    assert problem.location == ""


@for_each("source", [f"{SQS}:elsewhere", {"Fn::Sub": "arn:aws:sqs:${AWS::Region}:1:${Text}"}])
def test_two_mappings_of_one_queue_of_elsewhere(source: Any) -> None:
    (problem,) = findings(shop(Mapping=mapping(source), Second=mapping(source, "Function")), "queue-shared")

    assert (problem.severity, problem.resource, problem.about) == ("error", "Second", ("Mapping",))
    assert problem.location == "Properties/EventSourceArn"


def test_two_mappings_that_may_exclude_each_other_are_undecided() -> None:
    second = {**mapping(to="Function"), "Condition": "Maybe"}

    assert found(shop(Second=second), "queue-shared") == [("queue-shared", "undecided", "Queue")]


@for_each(
    ("problems", "options"),
    [
        ([("queue-shared", "error", "Queue")], {}),
        ([("queue-shared", "undecided", "Queue")], {"Condition": "Maybe"}),
        ([], {"Properties": {"Source": arn("Letters")}}),
        ([], {"Properties": {"Source": arn("Queue"), "DesiredState": "STOPPED"}}),
        (
            [("queue-shared", "undecided", "Queue")],
            {"Properties": {"Source": arn("Queue"), "DesiredState": {"Fn::ImportValue": "State"}}},
        ),
    ],
)
def test_a_mapping_and_a_pipe_of_one_queue(problems: list[tuple[str, str, str]], options: Json) -> None:
    pipe = {"Type": "AWS::Pipes::Pipe", "Properties": {"Source": arn("Queue"), "Target": "t"}, **options}

    assert found(shop(Pipe=pipe), "queue-shared") == problems


@for_each("second", [mapping("Letters"), mapping(Enabled=False), mapping({"Fn::ImportValue": "Queue"})])
def test_queues_of_their_own(second: Json) -> None:
    assert found(shop(Second=second), "queue-shared") == []

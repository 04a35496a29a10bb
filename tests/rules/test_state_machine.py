"""Tasks of state machines in templates: their retries, and how long they wait for a function."""

from __future__ import annotations

import json
from typing import Any

from tests.audit.support import (
    Json,
    alias,
    arn,
    findings,
    found,
    function,
    parameter,
    ref,
    resource,
    template,
    version,
)

RETRY = "task-without-retry"
SHORT = "task-timeout-below-function"
INVOKE = "arn:aws:states:::lambda:invoke"
ERRORS = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
]
ANY = [{"ErrorEquals": ["States.ALL"]}]
EVENT = {"FunctionName": "${Function}", "InvocationType": "Event"}
HANDLED: Json = {"Retry": [{"ErrorEquals": ERRORS}]}


def task(resource: Any = INVOKE, name: Any = "${Function.Arn}", **more: Any) -> Json:
    return {"Type": "Task", "Resource": resource, "Parameters": {"FunctionName": name}, **more}


def machine(state: Json, **properties: Any) -> Json:
    definition = json.dumps({"StartAt": "Charge", "States": {"Charge": state, "Done": {"Type": "Succeed"}}})
    return resource(
        "AWS::StepFunctions::StateMachine", DefinitionString={"Fn::Sub": definition}, **properties
    )


def shop(state_machine: Json, **of_function: Any) -> Json:
    return template(
        {"Parameters": {"Open": parameter()}},
        Function=function(**of_function),
        Version=version(),
        Alias=alias(),
        Machine=state_machine,
    )


def test_every_form_of_a_definition_is_read() -> None:
    states: Json = {"States": {"Charge": task(name=arn("Function"))}}
    text = json.dumps({"States": {"Charge": task(name="@")}})
    before, after = text.split("@")
    kind = "AWS::StepFunctions::StateMachine"
    forms = {
        "sub": machine(task()),
        "join": resource(kind, DefinitionString={"Fn::Join": ["", [before, arn("Function"), after]]}),
        "object": resource(kind, Definition=states),
        "object in DefinitionString": resource(kind, DefinitionString=states),
        "substituted": resource(
            kind,
            DefinitionString=text.replace("@", "${Charge}"),
            DefinitionSubstitutions={"Charge": arn("Function")},
        ),
        "direct": machine({"Type": "Task", "Resource": "${Function.Arn}"}),
        "of the SDK": machine(task("arn:${AWS::Partition}:states:::aws-sdk:lambda:invoke")),
        "callback": machine(task(f"{INVOKE}.waitForTaskToken")),
        "JSONata": machine(
            {"Type": "Task", "Resource": INVOKE, "Arguments": {"FunctionName": "${Function}"}}
        ),
        "a number": machine(task(TimeoutSeconds="@")),
    }
    number = forms["a number"]["Properties"]["DefinitionString"]
    number["Fn::Sub"] = number["Fn::Sub"].replace('"@"', "${Open}")
    for name, form in forms.items():
        assert found(shop(form), RETRY) == [(RETRY, "warning", "Machine")], name


def test_what_is_not_a_task_of_a_function_is_not_reported() -> None:
    kind = "AWS::StepFunctions::StateMachine"
    for form in (
        machine({"Type": "Pass", "Resource": INVOKE}),
        machine(task(name="elsewhere")),
        machine(task("arn:aws:states:::sqs:sendMessage")),
        machine(task(name=["malformed"])),
        resource(kind, DefinitionString="{"),
        resource(kind, DefinitionString="[1]"),
        resource(kind, DefinitionString=ref("Open")),
        resource(kind, DefinitionS3Location={"Bucket": "b", "Key": "k"}),
        resource(kind, Definition={"States": {"Charge": "malformed"}}),
        resource(kind, Definition={"States": ["malformed"]}),
    ):
        assert found(shop(form), RETRY) == [], form


def test_tasks_in_branches_and_iterators_are_found() -> None:
    inner = {"States": {"Inner": task()}}
    for state in (
        {"Type": "Parallel", "Branches": [{"States": {}}, inner]},
        {"Type": "Map", "Iterator": inner},
        {"Type": "Map", "ItemProcessor": inner},
    ):
        (finding,) = findings(shop(machine(state)), RETRY)
        assert "task 'Inner'" in finding.message
        assert found(shop(machine({**state, **HANDLED})), RETRY) == []


def test_retries_and_catches_of_lambdas_errors() -> None:
    cases: list[tuple[Json, list[str]]] = [
        ({}, ERRORS),
        (HANDLED, []),
        ({"Retry": [{"ErrorEquals": ERRORS[:3]}]}, ERRORS[3:]),
        ({"Retry": ANY}, []),
        ({"Retry": [{"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 0}]}, ERRORS),
        ({"Retry": [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["States.TaskFailed"]}]}, []),
        ({"Retry": [{"ErrorEquals": ERRORS[:1], "MaxAttempts": 0}, *ANY]}, ERRORS[:1]),
        ({"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}]}, []),
        ({"Retry": "malformed"}, ERRORS),
        ({"Retry": [{"ErrorEquals": "malformed"}]}, ERRORS),
    ]  # fmt: skip
    for more, expected in cases:
        reported = findings(shop(machine(task(**more))), RETRY)
        assert [each.message.split(" does not handle ")[1] for each in reported] == (
            [f"{', '.join(expected)}; add them to a Retry of the task"] if expected else []
        ), more
    unknown = machine(task(Retry=[{"ErrorEquals": ["${Open}"]}]))
    assert found(shop(unknown), RETRY) == [(RETRY, "undecided", "Machine")]


def test_a_task_waits_at_least_for_the_timeout_of_its_function() -> None:
    for more, short in (
        ({}, None),
        ({"TimeoutSeconds": 60}, None),
        ({"TimeoutSeconds": 59}, "warning"),
        ({"TimeoutSeconds": "${Open}"}, "undecided"),
        ({"TimeoutSeconds": 59, "Parameters": EVENT}, None),
        ({"TimeoutSeconds": 59, "Resource": f"{INVOKE}.waitForTaskToken"}, None),
    ):  # fmt: skip
        state = {**task(), **more}
        expected = [(SHORT, short, "Machine")] if short else []
        assert found(shop(machine(state), Timeout=60), SHORT) == expected, more


def test_a_qualifier_is_the_alias_that_the_task_invokes() -> None:
    for invoked, version_number in ((ref("Alias"), None), (arn("Function"), "live")):
        arguments = {"FunctionName": invoked, "Qualifier": version_number}
        definition = {"States": {"Charge": {"Type": "Task", "Resource": INVOKE, "Parameters": arguments}}}
        state_machine = resource("AWS::StepFunctions::StateMachine", Definition=definition)
        (finding,) = findings(shop(state_machine), RETRY)
        assert finding.about == ("Alias",)
        assert finding.location == "Properties/Definition/States/Charge/Resource"

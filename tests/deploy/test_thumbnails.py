"""The thumbnails: uploaded images are scaled, what is no image is kept, and nothing triggers itself."""

import json

import pytest

from examples.deployment import Deployment
from examples.thumbnails import drive
from examples.thumbnails.demo import EXAMPLE
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.process import Emulator
from tests.deploy.inventory import existing, physical_ids

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

PATIENCE = 90.0


@pytest.fixture(scope="module")
def deployment(shared_emulator: Emulator, cdk: Cdk) -> Deployment:
    EXAMPLE.build()
    deployed = Deployment(EXAMPLE, shared_emulator, cdk)
    deployed.deploy()
    return deployed


@pytest.fixture(scope="module")
def driver(deployment: Deployment) -> drive.Driver:
    return drive.Driver(deployment.emulator.client, deployment.outputs)


def scale(driver: drive.Driver, uploads: list[drive.Upload]) -> drive.Outcome:
    driver.upload(uploads)
    driver.wait_until_settled(timeout=PATIENCE)
    return driver.collect(uploads)


def test_every_image_gets_a_thumbnail_and_the_rest_a_reason(
    deployment: Deployment, driver: drive.Driver
) -> None:
    uploads = [*drive.images(50, prefix="image"), *drive.corrupt_images(prefix="corrupt")]

    found = scale(driver, uploads)

    assert drive.mismatches(drive.expected(uploads), found) == []
    # Once more without the driver's own reading: sizes, a color, and that nothing else is in the bucket.
    assert found.thumbnails["image-00.png"] == (128, 96, (0, 0, 255))
    assert found.thumbnails["image-04.png"] == (64, 48, (20, 28, 251))
    assert {failure.attempts for failure in found.failed.values()} == {3}
    objects = deployment.emulator.client("s3").list_objects_v2(Bucket=deployment.outputs["BucketName"])
    keys = [stored["Key"] for stored in objects["Contents"]]
    assert len([key for key in keys if key.startswith("thumbnails/")]) == 50
    assert len(keys) == 50 + 54


def test_the_handler_may_write_thumbnails_only(deployment: Deployment) -> None:
    client = deployment.emulator.client
    role = client("lambda").get_function_configuration(FunctionName=deployment.outputs["FunctionName"])[
        "Role"
    ]
    bucket = f"arn:aws:s3:::{deployment.outputs['BucketName']}"

    allowed = {
        (action, prefix)
        for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        for prefix in ("uploads", "thumbnails")
        for statement in statements(deployment, role.rsplit("/", 1)[-1])
        if action in statement["Action"] and f"{bucket}/{prefix}/*" in statement["Resource"]
    }

    assert allowed == {("s3:GetObject", "uploads"), ("s3:PutObject", "thumbnails")}


def test_an_unchanged_app_has_no_difference(deployment: Deployment) -> None:
    assert not deployment.has_difference()


def test_an_update_scales_the_next_images(deployment: Deployment, driver: drive.Driver) -> None:
    deployment.deploy({"release": "2"})
    uploads = drive.images(5, prefix="later")

    assert drive.mismatches(drive.expected(uploads), scale(driver, uploads)) == []


def test_destroy_leaves_nothing_of_the_stack(deployment: Deployment) -> None:
    stack = physical_ids(deployment)
    assert len(stack & existing(deployment.emulator)) >= 5

    deployment.destroy()

    assert not deployment.exists()
    assert stack & existing(deployment.emulator) == set()


def statements(deployment: Deployment, role: str) -> list[dict[str, str]]:
    """The statements of a role's inline policies."""
    iam = deployment.emulator.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    return [
        {key: json.dumps(value) for key, value in each.items()}
        for document in documents
        for each in document["Statement"]
    ]

"""The thumbnails: uploaded images are scaled, what is no image is kept, and nothing triggers itself."""

import json

import pytest

from examples.thumbnails import drive
from examples.thumbnails.demo import EXAMPLE
from lambda_constructs_emulator.kit import Aws, Deployed
from tests.deploy.inventory import assert_destroyed

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

PATIENCE = 90.0


@pytest.fixture(scope="module")
def deployed(shared_aws: Aws) -> Deployed:
    return EXAMPLE.deploy(shared_aws)


@pytest.fixture(scope="module")
def driver(deployed: Deployed) -> drive.Driver:
    return drive.Driver(deployed)


def scale(driver: drive.Driver, uploads: list[drive.Upload]) -> drive.Outcome:
    driver.upload(uploads)
    driver.wait_until_settled(timeout=PATIENCE)
    return driver.collect(uploads)


def test_every_image_gets_a_thumbnail_and_the_rest_a_reason(deployed: Deployed, driver: drive.Driver) -> None:
    uploads = [*drive.images(50, prefix="image"), *drive.corrupt_images(prefix="corrupt")]

    found = scale(driver, uploads)

    assert drive.mismatches(drive.expected(uploads), found) == []
    # Once more without the driver's own reading: sizes, a color, and that nothing else is in the bucket.
    assert found.thumbnails["image-00.png"] == (128, 96, (0, 0, 255))
    assert found.thumbnails["image-04.png"] == (64, 48, (20, 28, 251))
    assert {failure.attempts for failure in found.failed.values()} == {3}
    keys = deployed.bucket("Images").keys()
    assert len([key for key in keys if key.startswith("thumbnails/")]) == 50
    assert len(keys) == 50 + 54


def test_the_handler_may_write_thumbnails_only(deployed: Deployed) -> None:
    name = deployed.function("Scaler").name
    role = deployed.aws.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    bucket = f"arn:aws:s3:::{deployed.bucket('Images').name}"

    allowed = {
        (action, prefix)
        for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        for prefix in ("uploads", "thumbnails")
        for statement in statements(deployed, role.rsplit("/", 1)[-1])
        if action in statement["Action"] and f"{bucket}/{prefix}/*" in statement["Resource"]
    }

    assert allowed == {("s3:GetObject", "uploads"), ("s3:PutObject", "thumbnails")}


def test_an_unchanged_app_has_no_difference(deployed: Deployed) -> None:
    assert not deployed.has_difference()


def test_an_update_scales_the_next_images(deployed: Deployed, driver: drive.Driver) -> None:
    assert deployed.release(context={"release": "2"}).error == ""
    uploads = drive.images(5, prefix="later")

    assert drive.mismatches(drive.expected(uploads), scale(driver, uploads)) == []


def test_destroy_leaves_nothing_of_the_stack(deployed: Deployed) -> None:
    assert_destroyed(EXAMPLE, deployed, at_least=5)


def statements(deployed: Deployed, role: str) -> list[dict[str, str]]:
    """The statements of a role's inline policies."""
    iam = deployed.aws.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    return [
        {key: json.dumps(value) for key, value in each.items()}
        for document in documents
        for each in document["Statement"]
    ]

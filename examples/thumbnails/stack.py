"""A handler scales each image that is uploaded to a bucket and stores the thumbnail under another prefix."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from examples.packages import ARCHITECTURE, RUNTIME, code
from examples.thumbnails import THUMBNAILS, UPLOADS
from lambda_constructs import BucketNotification, EventHandler

HANDLER = Path(__file__).parent / "handler"


class ThumbnailsStack(cdk.Stack):
    """A bucket and the function that its uploads trigger.

    Context: `architecture` (arm64 or x86_64) and `runtime` (python3.13 or another Python), which the
    compiled parts of Pillow are installed for; `removal-policy` (retain or destroy), `release` (a name that
    the handler logs; changing it publishes a new version), `reserved` (reserved concurrency).
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the bucket and the handler."""
        super().__init__(scope, construct_id)
        architecture = self.node.try_get_context("architecture") or ARCHITECTURE
        runtime = self.node.try_get_context("runtime") or RUNTIME
        reserved = self.node.try_get_context("reserved")
        images = s3.Bucket(
            self, "Images", enforce_ssl=True, block_public_access=s3.BlockPublicAccess.BLOCK_ALL
        )

        scaler = EventHandler(
            self,
            "Scaler",
            source=BucketNotification(bucket=images, prefix=UPLOADS),
            code=code(HANDLER),
            handler="app.handler",
            runtime=lambda_.Runtime(runtime, lambda_.RuntimeFamily.PYTHON),
            architecture=lambda_.Architecture.custom(architecture),
            timeout=cdk.Duration.seconds(30),
            reserved_concurrency=None if reserved is None else int(reserved),
            environment={
                "UPLOADS": UPLOADS,
                "THUMBNAILS": THUMBNAILS,
                "RELEASE": self.node.try_get_context("release") or "1",
            },
        )
        # The function reads one prefix and writes another, so a thumbnail cannot trigger the function.
        for action, prefix in (("s3:GetObject", UPLOADS), ("s3:PutObject", THUMBNAILS)):
            objects = images.arn_for_objects(f"{prefix}*")
            iam.Grant.add_to_principal(grantee=scaler, actions=[action], resource_arns=[objects])

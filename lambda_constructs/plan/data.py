"""Resources with data that a deployment replaces or removes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from ..template.changes import Change, Definitions, at, references
from ..template.sources import MAPPING
from ..template.targets import QUEUE
from .advice import KEEP, READ, REDRIVE, WAYS

STATEFUL: Final = {
    "AWS::Backup::BackupVault": "recovery points",
    "AWS::CloudFormation::Stack": "resources",
    "AWS::Cognito::UserPool": "users",
    "AWS::DocDB::DBCluster": "documents",
    "AWS::DocDB::DBInstance": "documents",
    "AWS::DynamoDB::GlobalTable": "items",
    "AWS::DynamoDB::Table": "items",
    "AWS::EC2::Volume": "files",
    "AWS::EFS::FileSystem": "files",
    "AWS::EMR::Cluster": "files",
    "AWS::ElastiCache::CacheCluster": "cached items",
    "AWS::ElastiCache::ReplicationGroup": "cached items",
    "AWS::Elasticsearch::Domain": "documents",
    "AWS::FSx::FileSystem": "files",
    "AWS::KMS::Key": "key material",
    "AWS::Kinesis::Stream": "records",
    "AWS::Logs::LogGroup": "log events",
    "AWS::Neptune::DBCluster": "graph",
    "AWS::Neptune::DBInstance": "graph",
    "AWS::OpenSearchService::Domain": "documents",
    "AWS::Organizations::Account": "resources",
    "AWS::QLDB::Ledger": "documents",
    "AWS::RDS::DBCluster": "rows",
    "AWS::RDS::DBInstance": "rows",
    "AWS::Redshift::Cluster": "rows",
    "AWS::S3::Bucket": "objects",
    "AWS::SDB::Domain": "attributes",
    "AWS::SQS::Queue": "messages",
    "AWS::SecretsManager::Secret": "value",
}
"""What the resources of a type hold: the types for which cfn-lint's rule I3011 wants a deletion policy.

https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md
"""
HOLDING: Final = {
    **STATEFUL,
    "AWS::AmazonMQ::Broker": "messages",
    "AWS::Cassandra::Table": "rows",
    "AWS::DSQL::Cluster": "rows",
    "AWS::ECR::Repository": "images",
    "AWS::Events::Archive": "events",
    "AWS::MSK::Cluster": "records",
    "AWS::MSK::ServerlessCluster": "records",
    "AWS::MSK::Topic": "records",
    "AWS::MemoryDB::Cluster": "cached items",
    "AWS::OpenSearchServerless::Collection": "documents",
    "AWS::RedshiftServerless::Namespace": "rows",
    "AWS::S3Express::DirectoryBucket": "objects",
    "AWS::S3Tables::Table": "rows",
    "AWS::S3Vectors::VectorBucket": "vectors",
    "AWS::Timestream::Table": "records",
}
"""The same with other types."""


_BUCKET: Final = "AWS::S3::Bucket"
# CDK's resource that deletes the objects of a bucket.
_EMPTYING: Final = "Custom::S3AutoDeleteObjects"

Loss: TypeAlias = tuple[Literal["error", "warning"], str, str, str]
"""The severity, the code, the logical id of the resource, and the effect."""


def losses(before: Definitions, after: Definitions, gone: Iterable[Change]) -> Iterator[Loss]:
    """The resources with data that are replaced or removed.

    CloudFormation deletes a bucket only if it is empty, and takes a snapshot of some types first.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    read = _referred(before, MAPPING, "EventSourceArn")
    emptied = _referred(before, _EMPTYING, "BucketName")
    for each in gone:
        if (held := HOLDING.get(each.type)) is None:
            continue
        how = f"replaced ({', '.join(each.properties)})" if each.action == "replace" else "removed"
        way = WAYS.get(held, KEEP)
        if each.type == QUEUE:
            way = READ if each.id in read else REDRIVE
        unused = "but the stack does not use it"
        if each.kept:
            text = f"CloudFormation keeps it with its {held}, {unused}; {way}"
        elif _has_snapshot(each, before, after):
            text = f"CloudFormation deletes it and keeps a snapshot of its {held}, {unused}; {way}"
        elif each.type == _BUCKET and each.id not in emptied:
            text = f"CloudFormation deletes it only if it is empty; with {held} it stays, {unused}; {way}"
        else:
            retain = "set its policies to Retain in a deployment before this one, then"
            text = f"CloudFormation deletes it with its {held}; {retain} {way}"
            yield "error", "data-deleted", each.id, f"is {how}, and {text}"
            continue
        yield "warning", "data-left", each.id, f"is {how}, and {text}"


def _referred(definitions: Definitions, kind: str, name: str) -> set[str]:
    """The resources that a property of the resources of a type refers to."""
    found = [each for each in definitions.values() if each.get("Type") == kind]
    return {logical_id for each in found for logical_id in references(at(each, name))}


def _has_snapshot(change: Change, before: Definitions, after: Definitions) -> bool:
    """Whether CloudFormation takes a snapshot first, as it does of databases without a policy."""
    if change.action == "replace":
        return bool(after[change.id].get("UpdateReplacePolicy") == "Snapshot")
    definition = before[change.id]
    is_database = change.type == "AWS::RDS::DBCluster" or (
        change.type == "AWS::RDS::DBInstance" and at(definition, "DBClusterIdentifier") is None
    )
    return bool(definition.get("DeletionPolicy", "Snapshot" if is_database else "") == "Snapshot")

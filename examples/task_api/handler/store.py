"""The table of tasks, which refuses a change if the task has changed in the meantime."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from boto3.dynamodb.conditions import Attr, ConditionBase
from botocore.exceptions import ClientError
from tasks import Task


class UnknownTaskError(LookupError):
    """The task does not exist."""


class StaleVersionError(RuntimeError):
    """The task has a different version.

    Attributes:
        version: Its current version.
    """

    def __init__(self, version: int) -> None:
        super().__init__(f"the task has version {version}")
        self.version = version


class Store:
    """The tasks in a DynamoDB table with the key `id`."""

    def __init__(self, table: Any) -> None:  # noqa: ANN401 - boto3 has no types
        self._table = table

    def add(self, task: Task) -> None:
        """Store a new task."""
        self._table.put_item(Item=task.document())

    def get(self, task_id: str) -> Task:
        """Read the current version of a task.

        Raises:
            UnknownTaskError: The task does not exist.
        """
        item = self._table.get_item(Key={"id": task_id}, ConsistentRead=True).get("Item")
        if item is None:
            raise UnknownTaskError(task_id)
        return _task(item)

    def replace(self, task: Task) -> None:
        """Store the next version of a task.

        Raises:
            UnknownTaskError: The task does not exist.
            StaleVersionError: The stored version is not the previous one.
        """
        self._write(self._table.put_item, Attr("version").eq(task.version - 1), Item=task.document())

    def delete(self, task_id: str, *, version: int | None) -> None:
        """Delete a task, only with this version if there is one.

        Raises:
            UnknownTaskError: The task does not exist.
            StaleVersionError: The task has a different version.
        """
        condition = Attr("id").exists() if version is None else Attr("version").eq(version)
        self._write(self._table.delete_item, condition, Key={"id": task_id})

    def page(self, *, limit: int, after: str | None) -> tuple[list[Task], str | None]:
        """Read a page of tasks in no particular order, and the id that the next page starts after.

        Args:
            limit: Maximum number of tasks, which must fit into a page of 1 MB from DynamoDB.
            after: Id of the last task of the previous page.
        """
        start = {} if after is None else {"ExclusiveStartKey": {"id": after}}
        # One more task than the page shows, to know whether there is a next page.
        found = [_task(item) for item in self._table.scan(Limit=limit + 1, **start)["Items"]]
        shown = found[:limit]
        return shown, shown[-1].task_id if len(found) > limit else None

    @staticmethod
    def _write(write: Any, condition: ConditionBase, **request: Any) -> None:  # noqa: ANN401 - boto3's
        """Write conditionally. If the condition fails, the returned item determines the error."""
        try:
            write(ConditionExpression=condition, ReturnValuesOnConditionCheckFailure="ALL_OLD", **request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            if (item := error.response.get("Item")) is None:
                raise UnknownTaskError from error
            raise StaleVersionError(int(item["version"]["N"])) from error


def _task(item: Mapping[str, Any]) -> Task:
    due = item["due"]
    return Task(
        task_id=item["id"],
        title=item["title"],
        done=item["done"],
        due=due and date.fromisoformat(due),
        version=int(item["version"]),
    )

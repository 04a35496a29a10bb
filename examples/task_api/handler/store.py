"""Tasks in their table: no change of a task that somebody else has changed meanwhile."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from boto3.dynamodb.conditions import Attr, ConditionBase
from botocore.exceptions import ClientError
from tasks import Task


class UnknownTaskError(LookupError):
    """There is no task of that id."""


class StaleVersionError(RuntimeError):
    """The task has another version.

    Attributes:
        version: the one that it has.
    """

    def __init__(self, version: int) -> None:
        super().__init__(f"the task has version {version}")
        self.version = version


class Store:
    """The tasks in a table of DynamoDB, whose key is `id`."""

    def __init__(self, table: Any) -> None:  # noqa: ANN401 - boto3 has no types
        self._table = table

    def add(self, task: Task) -> None:
        """Store a new task."""
        self._table.put_item(Item=task.document())

    def get(self, task_id: str) -> Task:
        """The task as whoever changed it last has left it.

        Raises:
            UnknownTaskError: there is none.
        """
        item = self._table.get_item(Key={"id": task_id}, ConsistentRead=True).get("Item")
        if item is None:
            raise UnknownTaskError(task_id)
        return _task(item)

    def replace(self, task: Task) -> None:
        """Store the next version of a task.

        Raises:
            UnknownTaskError: there is none.
            StaleVersionError: the one that is stored is not the one before.
        """
        self._write(self._table.put_item, Attr("version").eq(task.version - 1), Item=task.document())

    def delete(self, task_id: str, *, version: int | None) -> None:
        """Delete a task, of that version if one is given.

        Raises:
            UnknownTaskError: there is none.
            StaleVersionError: it has another version.
        """
        condition = Attr("id").exists() if version is None else Attr("version").eq(version)
        self._write(self._table.delete_item, condition, Key={"id": task_id})

    def page(self, *, limit: int, after: str | None) -> tuple[list[Task], str | None]:
        """Tasks in the table's own order, which is none; and the id that the next page comes after.

        Args:
            limit: how many at most; so few that DynamoDB's page of 1 MB holds them.
            after: the last task of the page before.
        """
        start = {} if after is None else {"ExclusiveStartKey": {"id": after}}
        # One more than is shown tells whether there is a next page.
        found = [_task(item) for item in self._table.scan(Limit=limit + 1, **start)["Items"]]
        shown = found[:limit]
        return shown, shown[-1].task_id if len(found) > limit else None

    @staticmethod
    def _write(write: Any, condition: ConditionBase, **request: Any) -> None:  # noqa: ANN401 - boto3's
        """Write under a condition; the item that does not meet it says what is wrong."""
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

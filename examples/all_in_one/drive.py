"""Drives a deployed shop from all sides: customers, storefront, photographers, carriers, and the night."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from examples import driving
from examples.all_in_one.orders import Books, Order, books
from examples.driving import Clients
from examples.http_caller import JSON, Caller
from examples.thumbnails import drive as thumbnails

AT_ONCE = 2
"""Requests on their way at the same time."""
ACCEPTED = 202
_PASSWORD = "A long Passw0rd!"  # noqa: S105 - of customers that are gone with the stack
_SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class Progress:
    """How far the orders are: in the table, given up, scored, and how many there are to be."""

    accepted: int
    stored: int
    dead: int
    scored: int

    @property
    def settled(self) -> bool:
        """Whether each is stored and scored, or given up."""
        return self.stored + self.dead == self.accepted and self.scored == self.stored

    def __str__(self) -> str:
        return f"{self.stored} stored, {self.dead} dead-lettered, {self.scored} scored, of {self.accepted}"


class Driver:
    """Uses a deployed shop and reads its books.

    Needs a function from a service name to a boto3 client, the outputs of the stack, who sends requests,
    and a way to read the mails that SES took: SES itself keeps none.
    """

    def __init__(
        self,
        clients: Clients,
        outputs: Mapping[str, str],
        caller: Caller,
        mails: Callable[[], Iterable[Mapping[str, Any]]],
    ) -> None:
        self._clients = clients
        self._outputs = outputs
        self._mails = mails
        self._caller = caller
        self._answers: list[int] = []
        self._starts: list[str] = []
        self.pictures = thumbnails.Driver(
            clients,
            {
                **outputs,
                "BucketName": outputs["PicturesBucket"],
                "FunctionName": outputs["ThumbnailsFunction"],
                "FailureQueueUrl": outputs["ThumbnailsFailureQueueUrl"],
            },
        )

    def sign_up(self, addresses: Iterable[str]) -> dict[str, str]:
        """Sign customers up; returns why some were refused."""
        refused = {}
        for address in addresses:
            try:
                self._clients("cognito-idp").sign_up(
                    ClientId=self._outputs["ShopClient"],
                    Username=address,
                    Password=_PASSWORD,
                    UserAttributes=[{"Name": "email", "Value": address}],
                )
            except ClientError as error:
                refused[address] = error.response["Error"]["Message"]
        return refused

    def customers(self) -> set[str]:
        """The addresses of all who have signed up."""
        pages = self._clients("cognito-idp").get_paginator("list_users")
        found = pages.paginate(UserPoolId=self._outputs["CustomersPool"])
        return {
            attribute["Value"]
            for page in found
            for user in page["Users"]
            for attribute in user["Attributes"]
            if attribute["Name"] == "email"
        }

    def place(self, placed: Sequence[Order], progress: Callable[[int], None] = lambda _: None) -> None:
        """Place orders as the storefront does; `progress` hears how many are answered."""
        caller = self._storefront()
        url = f"{self._outputs['ApiUrl']}orders"

        def place(order: Order) -> int:
            return caller.send("POST", url, body=order.body.encode(), headers=JSON).status

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for status in pool.map(place, placed):
                self._answers.append(status)
                progress(len(self._answers))

    def _storefront(self) -> Caller:
        """Whose requests are signed as the role that may call the API, and nothing else."""
        given = self._clients("sts").assume_role(
            RoleArn=self._outputs["StorefrontRole"], RoleSessionName="storefront"
        )["Credentials"]
        credentials = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return replace(self._caller, credentials=credentials)

    def wait_until_settled(
        self, *, timeout: float, progress: Callable[[Progress], None] = lambda _: None
    ) -> None:
        """Wait until each accepted order is stored and scored, or in the dead-letter queue.

        Args:
            timeout: seconds.
            progress: hears how far they are.

        Raises:
            NotSettledError: it did not happen in `timeout` seconds.
        """

        def missing() -> str:
            found = Progress(
                accepted=self._answers.count(ACCEPTED),
                stored=len(list(self._scan("OrdersTable"))),
                dead=driving.depth(self._clients("sqs"), self._outputs["DeadLetterQueueUrl"]),
                scored=sum(int(item["orders"]) for item in self._scan("ScoresTable")),
            )
            progress(found)
            return "" if found.settled else str(found)

        driving.settle(missing, timeout=timeout)

    def deliver(self, parcels: Iterable[str]) -> None:
        """Tell as a carrier that parcels are delivered."""
        for parcel in parcels:
            delivery = {"parcel_id": parcel, "delivered_at": "2026-05-01T09:30:00+02:00"}
            self._clients("sns").publish(
                TopicArn=self._outputs["CarriersTopic"], Message=json.dumps(delivery)
            )

    def wait_until_delivered(self, parcels: Iterable[str], *, timeout: float) -> None:
        """Wait until the shop has noted these deliveries, and no other.

        Raises:
            NotSettledError: it did not happen in `timeout` seconds.
        """
        wanted = sorted(parcels)

        def missing() -> str:
            found = sorted(item["parcel_id"] for item in self._scan("DeliveredTable"))
            return "; ".join(driving.differences({"deliveries": (wanted, found)}))

        driving.settle(missing, timeout=timeout)

    def report(self, *, timeout: float) -> None:
        """Have Scheduler start the report on each day that has orders, and wait until it is mailed.

        Raises:
            NotSettledError: it did not happen in `timeout` seconds.
        """
        for day in {date.fromisoformat(item["day"]) for item in self._scan("OrdersTable")}:
            self._starts.append(self._start_report(day))

        def missing() -> str:
            mails = len(self._subjects())
            return "" if mails == len(self._starts) else f"{mails} mails about {len(self._starts)} reports"

        driving.settle(missing, timeout=timeout)

    def _start_report(self, day: date) -> str:
        """Copy the deployed schedule for one start, soon, as if it was the night after the day.

        Returns the time that the report is told: one at which the schedule itself never starts, because to a
        start of the same time the job has nothing to add.
        """
        scheduler = self._clients("scheduler")
        deployed = scheduler.get_schedule(Name=self._outputs["ReportSchedule"])
        scheduled = f"{day + timedelta(days=1)}T01:00:00Z"
        scheduler.create_schedule(
            Name=f"{self._outputs['ReportSchedule']}-{day}",
            ScheduleExpression=f"at({datetime.now(UTC) + _SOON:%Y-%m-%dT%H:%M:%S})",
            ActionAfterCompletion="DELETE",
            FlexibleTimeWindow=deployed["FlexibleTimeWindow"],
            GroupName=deployed["GroupName"],
            Target={**deployed["Target"], "Input": json.dumps({"scheduled_time": scheduled})},
        )
        return scheduled

    def books(self) -> Books:
        """The books after all orders that were placed; takes the dead letters."""
        sqs, s3 = self._clients("sqs"), self._clients("s3")
        bucket = self._outputs["ReportsBucket"]
        return books(
            answers=self._answers,
            table=self._scan("OrdersTable"),
            dead_letters=[each["Body"] for each in driving.take(sqs, self._outputs["DeadLetterQueueUrl"])],
            scores=self._scan("ScoresTable"),
            reports=[json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in self._reports()],
            subjects=self._subjects(),
            unscored=driving.depth(sqs, self._outputs["ScoresFailureQueueUrl"]),
        )

    def empty(self) -> None:
        """Delete all objects: a bucket that has some is not deleted."""
        self.pictures.empty()
        for key in self._reports():
            self._clients("s3").delete_object(Bucket=self._outputs["ReportsBucket"], Key=key)

    def _reports(self) -> list[str]:
        found = self._clients("s3").list_objects_v2(Bucket=self._outputs["ReportsBucket"])
        return [each["Key"] for each in found.get("Contents", [])]

    def _subjects(self) -> list[str]:
        """Of the mails about the reports that were started here; the schedule sends others, Cognito, too."""
        return [mail["Subject"] for mail in self._mails() if mail["BodyText"].split(" ")[-1] in self._starts]

    def _scan(self, table: str) -> Iterable[Mapping[str, str]]:
        return driving.scan(self._clients("dynamodb"), self._outputs[table])

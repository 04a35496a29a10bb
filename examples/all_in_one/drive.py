"""Drives all parts of a deployed shop: sign-ups, orders, pictures, deliveries, and the nightly report."""

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
from examples.thumbnails import drive as thumbnails
from lambda_constructs_emulator.kit import Queue
from lambda_constructs_emulator.kit.http import JSON, Caller

AT_ONCE = 2
"""Concurrent requests."""
ACCEPTED = 202
_PASSWORD = "A long Passw0rd!"  # noqa: S105 - of customers that are gone with the stack
_SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class Progress:
    """Progress of the orders: how many are stored, dead-lettered and scored, of how many."""

    accepted: int
    stored: int
    dead: int
    scored: int

    @property
    def settled(self) -> bool:
        """Whether each order is stored and scored, or dead-lettered."""
        return self.stored + self.dead == self.accepted and self.scored == self.stored

    def __str__(self) -> str:
        return f"{self.stored} stored, {self.dead} dead-lettered, {self.scored} scored, of {self.accepted}"


class Driver:
    """Uses a deployed shop and reads its books.

    Needs a function that makes boto3 clients, the outputs of the stack, the caller of the API, and a function
    that reads the emails that SES sent, because SES does not keep them.
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
        """Sign up customers, and return why some were refused."""
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
        """The addresses of all customers who have signed up."""
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
        """Place orders like the storefront, and report to `progress` how many have a response."""
        caller = self._storefront()
        url = f"{self._outputs['ApiUrl']}orders"

        def place(order: Order) -> int:
            return caller.send("POST", url, body=order.body.encode(), headers=JSON).status

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for status in pool.map(place, placed):
                self._answers.append(status)
                progress(len(self._answers))

    def _storefront(self) -> Caller:
        """A caller with the role that can only invoke the API."""
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
            timeout: Seconds.
            progress: Receives the progress of the orders.

        Raises:
            NotSettledError: It did not happen within the timeout.
        """

        def missing() -> str:
            found = Progress(
                accepted=self._answers.count(ACCEPTED),
                stored=len(list(self._scan("OrdersTable"))),
                dead=Queue(self._clients("sqs"), self._outputs["DeadLetterQueueUrl"]).depth(),
                scored=sum(int(item["orders"]) for item in self._scan("ScoresTable")),
            )
            progress(found)
            return "" if found.settled else str(found)

        driving.settle(missing, timeout=timeout)

    def deliver(self, parcels: Iterable[str]) -> None:
        """Report parcels as delivered, like a carrier."""
        for parcel in parcels:
            delivery = {"parcel_id": parcel, "delivered_at": "2026-05-01T09:30:00+02:00"}
            self._clients("sns").publish(
                TopicArn=self._outputs["CarriersTopic"], Message=json.dumps(delivery)
            )

    def wait_until_delivered(self, parcels: Iterable[str], *, timeout: float) -> None:
        """Wait until the shop has stored exactly these deliveries.

        Raises:
            NotSettledError: It did not happen within the timeout.
        """
        wanted = sorted(parcels)

        def missing() -> str:
            found = sorted(item["parcel_id"] for item in self._scan("DeliveredTable"))
            return "; ".join(driving.differences({"deliveries": (wanted, found)}))

        driving.settle(missing, timeout=timeout)

    def report(self, *, timeout: float) -> None:
        """Have Scheduler start the report for each day with orders, and wait until the report is sent.

        Raises:
            NotSettledError: It did not happen within the timeout.
        """
        for day in {date.fromisoformat(item["day"]) for item in self._scan("OrdersTable")}:
            self._starts.append(self._start_report(day))

        def missing() -> str:
            mails = len(self._subjects())
            return "" if mails == len(self._starts) else f"{mails} mails about {len(self._starts)} reports"

        driving.settle(missing, timeout=timeout)

    def _start_report(self, day: date) -> str:
        """Copy the deployed schedule for a single start soon, as if it were the night after the day.

        Returns the time that the report receives. The deployed schedule never starts at that time, because
        the job ignores a second start for the same time.
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
        """Read the books after all orders were placed, and empty the dead-letter queue."""
        sqs, s3 = self._clients("sqs"), self._clients("s3")
        bucket = self._outputs["ReportsBucket"]
        return books(
            answers=self._answers,
            table=self._scan("OrdersTable"),
            dead_letters=[each["Body"] for each in Queue(sqs, self._outputs["DeadLetterQueueUrl"]).take()],
            scores=self._scan("ScoresTable"),
            reports=[json.load(s3.get_object(Bucket=bucket, Key=key)["Body"]) for key in self._reports()],
            subjects=self._subjects(),
            unscored=Queue(sqs, self._outputs["ScoresFailureQueueUrl"]).depth(),
        )

    def empty(self) -> None:
        """Delete all objects, because CloudFormation only deletes an empty bucket."""
        self.pictures.empty()
        for key in self._reports():
            self._clients("s3").delete_object(Bucket=self._outputs["ReportsBucket"], Key=key)

    def _reports(self) -> list[str]:
        found = self._clients("s3").list_objects_v2(Bucket=self._outputs["ReportsBucket"])
        return [each["Key"] for each in found.get("Contents", [])]

    def _subjects(self) -> list[str]:
        """The subjects of the emails of the reports that were started here, not of other emails."""
        return [mail["Subject"] for mail in self._mails() if mail["BodyText"].split(" ")[-1] in self._starts]

    def _scan(self, table: str) -> Iterable[Mapping[str, str]]:
        return driving.scan(self._clients("dynamodb"), self._outputs[table])

"""Drives all parts of a deployed shop: sign-ups, orders, pictures, deliveries, and the nightly report."""

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from botocore.exceptions import ClientError

from examples.all_in_one.orders import Books, Order, books
from examples.differences import differences
from examples.thumbnails import drive as thumbnails
from lambda_constructs_emulator.kit import Caller, Deployed, wait_until
from lambda_constructs_emulator.kit.http import JSON

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
    """Uses a deployed shop and reads its books."""

    def __init__(self, deployed: Deployed) -> None:
        self._clients, self._emulator = deployed.aws.client, deployed.aws.emulator
        self._outputs, self._carriers = deployed.outputs, deployed.topic("Carriers")
        self._orders, self._points = deployed.table("Orders"), deployed.table("Points")
        self._delivered, self._reports = deployed.table("Delivered"), deployed.bucket("Reports")
        self._dead_letters = deployed.queue("Worker").dead_letters
        self._unscored = deployed.failures("Scores")
        self._answers: list[int] = []
        self._starts: list[str] = []
        self.pictures = thumbnails.Driver(deployed, bucket="Pictures", workload="Thumbnails")

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
        role = self._outputs["StorefrontRole"]
        caller = Caller.to(self._emulator).in_role(self._clients("sts"), role)
        url = f"{self._outputs['ApiUrl']}orders"

        def place(order: Order) -> int:
            return caller.send("POST", url, body=order.body.encode(), headers=JSON).status

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for status in pool.map(place, placed):
                self._answers.append(status)
                progress(len(self._answers))

    def wait_until_settled(
        self, *, timeout: float, progress: Callable[[Progress], None] = lambda _: None
    ) -> None:
        """Wait until each accepted order is stored and scored, or in the dead-letter queue.

        Args:
            timeout: Seconds.
            progress: Receives the progress of the orders.

        Raises:
            TimeoutError: It did not happen within the timeout.
        """

        def missing() -> str:
            found = Progress(
                accepted=self._answers.count(ACCEPTED),
                stored=len(self._orders.items()),
                dead=self._dead_letters.depth(),
                scored=sum(int(item["orders"]) for item in self._points.items()),
            )
            progress(found)
            return "" if found.settled else str(found)

        wait_until(missing, timeout=timeout)

    def deliver(self, parcels: Iterable[str]) -> None:
        """Report parcels as delivered, like a carrier."""
        for parcel in parcels:
            delivery = {"parcel_id": parcel, "delivered_at": "2026-05-01T09:30:00+02:00"}
            self._carriers.publish(delivery)

    def wait_until_delivered(self, parcels: Iterable[str], *, timeout: float) -> None:
        """Wait until the shop has stored exactly these deliveries.

        Raises:
            TimeoutError: It did not happen within the timeout.
        """
        wanted = sorted(parcels)

        def missing() -> str:
            found = sorted(item["parcel_id"] for item in self._delivered.items())
            return "; ".join(differences({"deliveries": (wanted, found)}))

        wait_until(missing, timeout=timeout)

    def report(self, *, timeout: float) -> None:
        """Have Scheduler start the report for each day with orders, and wait until the report is sent.

        Raises:
            TimeoutError: It did not happen within the timeout.
        """
        for day in {date.fromisoformat(item["day"]) for item in self._orders.items()}:
            self._starts.append(self._start_report(day))

        def missing() -> str:
            mails = len(self._subjects())
            return "" if mails == len(self._starts) else f"{mails} mails about {len(self._starts)} reports"

        wait_until(missing, timeout=timeout)

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
        return books(
            answers=self._answers,
            table=self._orders.items(),
            dead_letters=[each["Body"] for each in self._dead_letters.take()],
            scores=self._points.items(),
            reports=[json.loads(each) for each in self._reports.contents().values()],
            subjects=self._subjects(),
            unscored=self._unscored.depth(),
        )

    def _subjects(self) -> list[str]:
        """The subjects of the emails of the reports that were started here, not of other emails."""
        return [
            mail["Subject"]
            for mail in self._emulator.mails()
            if mail["BodyText"].split(" ")[-1] in self._starts
        ]

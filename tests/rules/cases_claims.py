"""The table, continued: what only one owner can have."""

from __future__ import annotations

from typing import Final

from lambda_constructs.rules import claims, notifications
from tests.rules.case import Case, accept, refuse

ONE: Final = ["Shop/Orders"]
TWO: Final = [*ONE, "Shop/Invoices"]
THREE: Final = [*TWO, "Shop/Returns"]
CASES: Final[tuple[Case, ...]] = (
    accept(claims.name_taken, "api.shop.example", ONE),
    refuse(claims.name_taken, "api.shop.example", TWO),
    accept(claims.listener_priority_taken, 10, ONE),
    refuse(claims.listener_priority_taken, 10, TWO),
    accept(claims.subscription_filters_maximum, TWO),
    refuse(claims.subscription_filters_maximum, THREE),
    accept(claims.consumer_group_shared, "shop", ONE),
    refuse(claims.consumer_group_shared, "shop", TWO),
    accept(claims.table_readers, TWO),
    refuse(claims.table_readers, THREE),
    accept(claims.dead_letters_not_allowed, allowed=True),
    refuse(claims.dead_letters_not_allowed, allowed=False),
    accept(claims.queue_policies, ONE),
    refuse(claims.queue_policies, TWO),
    accept(notifications.notifications_of_two_stacks, "Storage/Bucket", here=False),
    refuse(notifications.notifications_of_two_stacks, "Storage/Bucket", here=True),
    accept(notifications.notification_overlap, []),
    refuse(
        notifications.notification_overlap,
        ["s3:ObjectCreated:* of 'in/'...''", "s3:ObjectCreated:Put of 'in/old/'...''"],
    ),
)

"""The demo of the whole shop: a thousand orders through the API, and consistent books."""

from collections.abc import Sequence

from examples.all_in_one import count, drive, orders
from examples.all_in_one.handlers import HANDLERS
from examples.all_in_one.orders import Books, Fate, Order
from examples.differences import differences
from examples.example import FEW_AT_ONCE, REMOVABLE, Example, built_for_this_machine
from examples.report import Report
from examples.thumbnails import drive as thumbnails
from lambda_constructs_emulator.kit import Deployed

TIMEOUT = 120.0
ORDERS, PICTURES, PARCELS = 1_000, 20, 20
THROW_AWAY = "somebody@mailinator.com"


def show(deployed: Deployed, report: Report) -> list[str]:
    """Use all parts of the deployed shop. Returns all faults."""
    counted = count.count(count.template(deployed))
    report.line()
    report.line("  resources")
    report.table(count.rows(counted))
    report.line()
    return use(drive.Driver(deployed), report)


def use(driver: drive.Driver, report: Report, *, number: int = ORDERS) -> list[str]:
    """Use all parts of the shop with this number of orders. Returns all faults."""
    pictures = thumbnails.images(PICTURES, prefix="product")
    placed = orders.orders(number, prefix="order")
    with report.phase(f"upload {PICTURES} pictures"):
        driver.pictures.upload(pictures)
    wrong = _sign_up(driver, report)
    books = _sell(driver, placed, report)
    with report.phase("wait until each picture is scaled"):
        driver.pictures.wait_until_settled(timeout=TIMEOUT)
    made = driver.pictures.collect(pictures)
    _show(placed, books, made, report)
    wrong += orders.mismatches(orders.expected(placed), books)
    return [*wrong, *thumbnails.mismatches(thumbnails.expected(pictures), made)]


def _sign_up(driver: drive.Driver, report: Report) -> list[str]:
    """Sign up all customers, and one person whom the shop refuses."""
    with report.phase(f"{len(orders.CUSTOMERS)} customers sign up"):
        refused = driver.sign_up([*orders.CUSTOMERS, THROW_AWAY])
    return differences(
        {
            "customers": (sorted(orders.CUSTOMERS), sorted(driver.customers())),
            "refused": ([THROW_AWAY], sorted(refused)),
        }
    )


def _sell(driver: drive.Driver, placed: Sequence[Order], report: Report) -> Books:
    """Place orders, deliver some of them, and start the nightly report."""
    with report.phase(f"place {len(placed)} orders") as progress:
        driver.place(placed, lambda answered: progress(f"{answered} of {len(placed)} answered"))
    parcels = [order.order_id for order in placed if order.fate is Fate.STORED][:PARCELS]
    with report.phase(f"deliver {PARCELS} parcels"):
        driver.deliver(parcels)
    with report.phase("wait until each is stored or dead") as progress:
        driver.wait_until_settled(timeout=TIMEOUT, progress=lambda state: progress(str(state)))
    with report.phase("wait until the deliveries are noted"):
        driver.wait_until_delivered(parcels, timeout=TIMEOUT)
    with report.phase("start the nightly report"):
        driver.report(timeout=TIMEOUT)
    return driver.books()


def _show(placed: Sequence[Order], found: Books, pictures: thumbnails.Outcome, report: Report) -> None:
    refused = {status: number for status, number in found.answers.items() if status != drive.ACCEPTED}
    scored, points = (sum(each) for each in zip(*found.scores.values(), strict=True))
    reported, revenue = (sum(each) for each in zip(*found.reports.values(), strict=True))
    report.line()
    report.table(
        [
            ("placed", len(placed), f"by {len(orders.CUSTOMERS)} customers"),
            ("refused", sum(refused.values()), ", ".join(f"{n} with {s}" for s, n in refused.items())),
            ("dead-lettered", len(found.dead_lettered), ""),
            ("stored", len(found.stored), f"worth {sum(found.stored.values())} EUR"),
            ("scored", scored, f"{points} points, one for each whole euro of an order"),
            ("reported", reported, f"worth {revenue} EUR"),
            ("thumbnails", len(pictures.thumbnails), f"of {PICTURES} pictures"),
        ]
    )
    report.line()


EXAMPLE = Example(
    stack="AllInOne",
    handlers=[*HANDLERS.values()],
    drive=show,
    context={**REMOVABLE, **FEW_AT_ONCE, **built_for_this_machine()},
    buckets={"Pictures": "Thumbnails", "Reports": "Report"},
    caveats=("Pillow is installed for this machine's processor and Python, not for those of Lambda.",),
)

"""The handlers of the shop, some of which are those of other examples."""

from pathlib import Path

HANDLERS = {
    name: Path(__file__).parents[1] / name / "handler"
    for name in ("all_in_one", "daily_report", "event_fanout", "order_worker", "thumbnails")
}
"""Their directories, by example."""

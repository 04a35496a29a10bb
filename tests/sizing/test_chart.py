"""The chart is well-formed, complete, and the same for the same measurement."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

from lambda_constructs.sizing.chart import html, svg
from lambda_constructs.sizing.recommendation import Policy, Recommendation, recommend
from tests.sizing.support import measurement, profile

NAMESPACE = "{http://www.w3.org/2000/svg}"
DURATIONS = {128: 5000.0, 256: 2500.0, 512: 1300.0, 1024: 800.0, 1100: 790.0}


def found(peak: int = 110, **changes: Any) -> Recommendation:
    return recommend(measurement(DURATIONS, **changes), profile(peak_memory=peak), Policy())


def elements(drawing: str, name: str) -> list[ET.Element]:
    root = ET.fromstring(drawing)  # noqa: S314 - drawn by this test
    return root.findall(f".//{NAMESPACE}{name}")


def test_drawing_names_the_function_and_its_size() -> None:
    texts = [element.text for element in elements(svg(found()), "text")]

    assert "orders: 512 MB" in texts
    assert "5 sizes, 50 samples each, one event, only cold starts" in [
        element.text for element in elements(svg(found(cold=True, events=1)), "text")
    ]
    assert (
        "list prices of eu-west-1, arm64 as of 2026-10-01; gray: less than the required 138 MB; "
        "band: up to 25% more than the lowest cost"
    ) in texts


def test_drawing_has_a_point_for_each_size_on_both_curves() -> None:
    circles = elements(svg(found()), "circle")

    assert [circle.get("class") for circle in circles] == ["duration"] * 5 + ["cost"] * 5


def test_longer_durations_are_higher_and_every_point_is_inside() -> None:
    circles = elements(svg(found()), "circle")
    across = [float(circle.get("cx", "")) for circle in circles[:5]]
    heights = [float(circle.get("cy", "")) for circle in circles[:5]]

    assert across == sorted(across)
    assert heights == sorted(heights)
    assert across[0] == 80
    assert across[-1] == 680
    assert all(70 <= height <= 350 for height in heights)


def labels(drawing: str) -> list[tuple[float, float, str]]:
    """The labels below the axis: x, y and text."""
    return [
        (float(text.get("x", "")), float(text.get("y", "")), text.text or "")
        for text in elements(drawing, "text")
        if 350 < float(text.get("y", "")) < 400
    ]


def test_chosen_and_largest_sizes_always_have_a_label_and_none_overlap() -> None:
    curves = [DURATIONS, {128: 900.0, 129: 100.0}, {512: 100.0}]
    curves += [{size: 1e6 / size for size in range(128, 3009, step)} for step in (64, 640)]
    for curve in curves:
        chosen = recommend(measurement(curve), None, Policy())
        found = labels(svg(chosen))

        assert {str(chosen.choice.memory_size), str(max(curve))} <= {text for _, _, text in found}
        for row in {y for _, y, _ in found}:
            across = sorted(x for x, y, _ in found if y == row)
            assert all(b - a >= 44 for a, b in pairwise(across))
    assert "1024" not in {text for _, _, text in labels(svg(found_with_1100()))}


def found_with_1100() -> Recommendation:
    return recommend(measurement(DURATIONS), None, Policy(strategy="speed"))


def test_costs_within_the_limit_are_shaded_unless_a_strategy_ignores_it() -> None:
    for policy, bands in ((Policy(), 1), (Policy(strategy="cost"), 0)):
        drawing = svg(recommend(measurement(DURATIONS), None, policy))

        assert [each.get("class") for each in elements(drawing, "rect")].count("band") == bands
        assert ("band: up to" in drawing) == bool(bands)


def test_second_measurement_is_paler() -> None:
    other = recommend(measurement({64 * 4: 900.0, 3008: 100.0}, function="before"), None, Policy())
    drawing = svg(found(), other)

    assert [each.get("class") for each in elements(drawing, "path")].count("curve cost other") == 1
    texts = [each.text or "" for each in elements(drawing, "text")]
    assert "orders: 512 MB; pale: before: 256 MB" in texts
    # Without an ARN, the prices are those of us-east-1: another list, with its date.
    assert any(
        "eu-west-1, arm64 as of 2026-10-01; us-east-1, arm64 as of 2026-09-19" in text for text in texts
    )
    assert svg(found(), other) in html(found(), other)


def test_long_names_are_cut_but_whole_in_the_title() -> None:
    name = "x" * 140
    drawing = svg(found(function=name))

    (title,) = (text for text in elements(drawing, "text") if text.get("class") == "title")
    assert title.text == "x" * 51 + "…: 512 MB"
    assert elements(drawing, "title")[0].text == f"{name}: 512 MB"
    (title,) = (text for text in elements(svg(found(function=name), found(function="a")), "text")[:1])
    assert title.text == "x" * 17 + "…: 512 MB; pale: a: 512 MB"


def test_numbers_of_the_axes_have_no_exponents() -> None:
    texts = [
        element.text
        for element in elements(svg(recommend(measurement({512: 890_000.0}), None, Policy())), "text")
    ]

    assert "1,000,000" in texts


def test_sizes_with_too_little_memory_are_shaded() -> None:
    for peak, shaded in ((110, 1), (90, 0)):
        rectangles = elements(svg(found(peak)), "rect")

        assert [each.get("class") for each in rectangles].count("floor") == shaded


def test_a_single_size_is_in_the_middle() -> None:
    drawing = svg(recommend(measurement({512: 100.0}), None, Policy()))

    assert {circle.get("cx") for circle in elements(drawing, "circle")} == {"380.0"}


def test_names_are_escaped() -> None:
    texts = [element.text for element in elements(svg(found(function="<a>&b")), "text")]

    assert "<a>&b: 512 MB" in texts


def test_page_is_self_contained_and_has_the_numbers() -> None:
    page = html(found())

    assert svg(found()) in page
    assert "<td>512 MB</td><td>1,300.0 ms</td><td>8.87</td>" in page
    assert "<script" not in page
    assert page.count("http") == 1  # the namespace of the drawing

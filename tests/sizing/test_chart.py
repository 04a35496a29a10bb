"""The chart is well-formed, complete, and the same for the same measurement."""

from __future__ import annotations

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
    assert "512 MB" in texts


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


def test_labels_that_would_overlap_are_left_out() -> None:
    texts = [element.text for element in elements(svg(found()), "text")]

    assert "1024" in texts
    assert "1100" not in texts


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


def test_drawing_is_the_same_twice() -> None:
    assert svg(found()) == svg(found())


def test_page_is_self_contained_and_has_the_numbers() -> None:
    page = html(found())

    assert svg(found()) in page
    assert "<td>512 MB</td><td>1,300.0 ms</td><td>8.87</td>" in page
    assert "<script" not in page
    assert page.count("http") == 1  # the namespace of the drawing

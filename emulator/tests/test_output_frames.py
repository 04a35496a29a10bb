"""The output of a handler's process becomes log events: frames and lines, however they are cut."""

from lambda_constructs_emulator.server.lambda_.output import Output

FRAME = b"\xa5\x5a\x00\x03"


def frame(text: str, milliseconds: int) -> bytes:
    content = text.encode()
    return FRAME + len(content).to_bytes(4, "big") + (milliseconds * 1000).to_bytes(8, "big") + content


def test_frames_and_lines_in_chunks_of_every_size() -> None:
    stream = b"one\ntwo" + frame("three\nlines \u2713\n", 5) + b"\n\nsix\n" + frame("", 7) + b"unfinished"
    for size in range(1, len(stream) + 1):
        output = Output()
        for start in range(0, len(stream), size):
            output.feed(stream[start : start + size])
        output.finish()

        messages = [event.message for event in output.take()]
        assert messages == ["one", "two", "three\nlines \u2713", "", "", "six", "", "unfinished"], size


def test_a_frame_keeps_its_time() -> None:
    output = Output()
    output.feed(frame("text", 1_700_000_000_123))
    assert output.take() == [(1_700_000_000_123, "text")]
    assert output.take() == []

"""Tests that deploy to the emulator; they take seconds each and share one emulator."""

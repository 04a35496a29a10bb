"""Tests of the library; those of the emulator are in its folder."""

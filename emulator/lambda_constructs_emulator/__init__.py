"""An AWS on this machine, for development: the examples are deployed to it and driven.

Never part of the wheel, and never a stand-in for AWS where speed, cold starts, architecture or
cost are concerned; README.md beside this file says what it shows and what it does not.
"""

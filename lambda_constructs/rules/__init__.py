"""The rules: what AWS allows, and why. Pure Python, without CDK.

Nothing in this package imports anything outside the standard library.
"""

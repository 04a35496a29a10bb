"""Elastic Load Balancing: functions as targets."""

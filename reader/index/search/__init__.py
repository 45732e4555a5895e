"""Answers queries: planner, evaluator, sort order and score."""

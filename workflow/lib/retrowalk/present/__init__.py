"""Figures, tables, words and the report: the only room that formats and rounds.

It reads the tables of the other rooms and takes every label from the plan; it computes nothing that it shows.
"""

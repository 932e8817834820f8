"""Writes what people work with in a spreadsheet: workbooks of a run, and its tables in French."""

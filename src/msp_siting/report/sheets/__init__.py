"""Writes sheets of one A4 page: two per funding request (commission, applicant), one per zone of a diagnosis."""

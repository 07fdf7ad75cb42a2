"""Titles and authors of the papers that posts link to, asked of arXiv and Crossref."""

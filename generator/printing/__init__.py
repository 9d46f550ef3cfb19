"""Printing: one canonical Markdown document (`paper`), which `pandoc` turns into every format and `typst` sets."""

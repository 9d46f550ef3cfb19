"""Writers: one module for each format. A text format is a template and a few lines, a binary one a module."""

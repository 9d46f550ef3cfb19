"""What the formats share to set a question: the templates, Markdown as HTML, and Anki's notes."""

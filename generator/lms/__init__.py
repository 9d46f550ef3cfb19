"""Question banks for learning platforms: what a question is there, what a platform cannot hold, and how banks are
checked.
"""

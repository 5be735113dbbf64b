"""A guesser who knows no rule: how many points the wording of the bank alone gives away.

The guesser learns from some files which words, lengths and likenesses accompany a key, and answers the others.
"""

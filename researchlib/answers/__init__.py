"""What each notebook answers: small functions of a run's results, with all their branches.

A module a notebook, named theme_notebook: `answer` makes the sentence and the bullets, other functions the findings
that stand below figures. They take results and numbers and give text, so that a test can try every branch.
"""

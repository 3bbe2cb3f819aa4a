"""Rules, methods and data joined to answer a question, once, for notebooks, back-tests and claims alike."""

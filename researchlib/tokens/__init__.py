"""Methods of the tokens theme: what holds for any network."""

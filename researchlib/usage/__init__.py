"""Methods of the usage theme: what holds for any network."""

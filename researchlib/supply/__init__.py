"""Methods of the supply theme: what holds for any network."""

"""Methods of the pricing theme: what holds for any network."""

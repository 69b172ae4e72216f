"""Rights, binding and the people behind the accounts."""

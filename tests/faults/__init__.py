"""Both platforms at once while everything goes wrong."""

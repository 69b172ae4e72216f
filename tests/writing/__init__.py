"""How texts are made, marked up and split."""

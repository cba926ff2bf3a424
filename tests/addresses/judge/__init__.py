"""The judge: real addresses rewritten in the ways people write them, held against what the validator makes of them."""

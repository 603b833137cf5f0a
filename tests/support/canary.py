"""The password of every target in the tests. It must never appear in anything that supasync puts out."""

CANARY = "C4nary-p@ss/w:rd%"

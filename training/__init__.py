"""How the reader's model is made: labelled text in, weights out. Not part of the package that is shipped."""

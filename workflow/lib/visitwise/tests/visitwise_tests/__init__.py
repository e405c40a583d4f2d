"""The tests of visitwise: a package with a name of its own, so that they run beside the tests of any other project."""

"""One concern each: an options class and a builder of CDK resources. Parts do not import each other."""

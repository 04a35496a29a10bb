"""A CloudFormation template as the rules read it: resources, values, references, triggers."""

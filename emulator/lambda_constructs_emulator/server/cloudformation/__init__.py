"""AWS CloudFormation: resource types and references that ministack lacks."""

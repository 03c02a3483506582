"""CloudFormation templates: stack tree, RFC 6901 pointers, operations, intrinsics, diff. Pure."""

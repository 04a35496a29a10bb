"""What runs inside the emulator's own environment: ministack plus the AWS behaviour it lacks.

One module per concern. Each wraps functions of ministack through `hooks` and copies none of them,
and each names the AWS documentation it follows. Only ministack and the standard library may be
imported here: function handlers run on this environment's interpreter and see what is in it.
"""

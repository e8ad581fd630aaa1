"""What holds for all tests."""

from hypothesis import settings

# A machine that is busy makes no example wrong.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")

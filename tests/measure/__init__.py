"""Which lines of FastCMS the tests run, at a small part of what a tracer costs.

`coverage` traces: on Python 3.11 every process of the suite then takes nearly twice its time, with
the servers, their workers and each command line. Here a line that runs says so itself: modules are
compiled with a mark before each statement (`sitecustomize`), and the marks are bytes of one file
that all processes share, so that nothing is collected at their ends and a killed one counts too.
What is a line to be run, and the report, is left to `coverage`.
"""

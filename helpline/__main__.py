"""Run the command line."""

from helpline.commands import main

main(prog_name="helpline")

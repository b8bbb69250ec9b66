"""Work in forks: the same results in the same order, and the same errors."""

import json
import subprocess
import sys

import pytest

CODE = """
import json, os, sys
from gripforce.cli.forks import run_in_forks
os.cpu_count = lambda: 2
here = os.getpid()

def work(piece):
    if piece < 0:
        raise ValueError(piece)
    if piece == 7 and os.getpid() != here:
        os._exit(1)  # as one that ran out of memory
    return piece, os.getpid() == here

pieces, samples = json.loads(sys.argv[1])
try:
    print(json.dumps(run_in_forks(work, pieces, samples)))
except ValueError as error:
    print(json.dumps(str(error)))
"""
LARGE, SMALL = 100_000, 10


def forked(pieces, samples):
    """Run in a process of its own: pytest's may have threads, and is then not forked."""
    given = json.dumps([pieces, samples])
    command = [sys.executable, "-c", CODE, given]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
def test_results_come_in_order_and_half_of_them_from_a_fork():
    assert forked([3, 1, 2, 4], [LARGE, 2 * LARGE, LARGE, SMALL]) == [
        [3, False],
        [1, True],
        [2, False],
        [4, True],
    ]


@pytest.mark.parametrize("samples", [[LARGE], [LARGE, SMALL, SMALL], [SMALL] * 3, []])
def test_little_work_is_done_here(samples):
    pieces = list(range(len(samples)))
    assert forked(pieces, samples) == [[piece, True] for piece in pieces]


def test_what_a_fork_cannot_do_is_done_here():
    assert forked([7, 8], [LARGE, 2 * LARGE]) == [[7, True], [8, True]]


@pytest.mark.parametrize("pieces", [[-1, -2, 3], [3, -1, -2], [-1, 2, 3], [3, 4, -1]])
def test_the_first_error_is_the_same_wherever_it_comes(pieces):
    assert forked(pieces, [LARGE, 2 * LARGE, LARGE]) == "-1"

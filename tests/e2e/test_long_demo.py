"""The account of `make demo-lossy` for several seeds and losses: see test_demo.py."""

from test_demo import MIB, check_lossy, demo

MESSAGES = 200


def test_demo_lossy_adds_up(bench):
    """Whatever is lost, late or copied: each sum holds."""
    for seed, loss in enumerate((2, 5, 5, 5, 10, 10, 15, 20)):
        with demo(bench, "lossy.py", "--size", "1", "--messages", str(MESSAGES),
                  "--seed", str(seed), "--loss", str(loss)) as crossing:
            crossing.check_well()
            check_lossy(crossing.told.lines, MIB, MESSAGES)

"""The container's image: what its build copies is all that it needs. (Building it takes a
container engine, and minutes.)"""

import os
import re
import shutil
import subprocess

from harness import check, check_equal
from test_browser import TOP

COPY = re.compile(r"^COPY (?!--from)(.+) (\S+)$", re.MULTILINE)


def test_build_has_its_sources(bench):
    with open(os.path.join(TOP, "Dockerfile"), encoding="utf-8") as file:
        build, _, _ = file.read().partition("FROM scratch")
    folder = bench.folder()
    for sources, target in COPY.findall(build):
        for source in sources.split():
            path, name = os.path.join(TOP, source), os.path.basename(source.rstrip("/"))
            if os.path.isdir(path):
                shutil.copytree(path, os.path.join(folder, target), dirs_exist_ok=True)
            else:
                os.makedirs(os.path.join(folder, target), exist_ok=True)
                shutil.copy(path, os.path.join(folder, target, name))
    plan = subprocess.run(["make", "-n", "all", "install"], cwd=folder, capture_output=True,
                          text=True, check=False)
    check_equal(plan.returncode, 0, f"exit status of make -n: {plan.stderr}")
    check("soquete" in plan.stdout, plan.stdout)

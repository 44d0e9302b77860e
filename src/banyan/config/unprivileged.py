"""Run a program as somebody who is not root, and end it when its parent ends.

Run as a script of its own (`python -I -S unprivileged.py WAY PARENT SIGNAL PROGRAM …`), because changing identity
between fork and exec is unsafe in a process that has threads.

WAY is one of
  same        keep the identity
  namespace   a user namespace in which the outside identity appears as another, ordinary one; files keep their owner
              outside, so nothing on the machine changes (PostgreSQL refuses to run as root; initdb wants a user name)
  <number>    take that user and group id for good

SIGNAL is sent by the kernel when the parent (process id PARENT) dies; 0 for none. Linux only; elsewhere it is ignored.
"""

import ctypes  # before the identity changes: afterwards Python's own folder may be closed
import os
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
REFUSED = 77  # exit status: the way is not allowed on this machine


def inside_identity() -> int:
    """A user id other than root's that has a name: "nobody" nearly everywhere."""
    import pwd

    known = {entry.pw_uid for entry in pwd.getpwall()} - {0}
    return 65534 if 65534 in known else min(known, default=65534)


def enter_namespace() -> None:
    """Unshare the user namespace and map the present ids to an ordinary one. Raises OSError where it is not allowed."""
    user, group, inside = os.geteuid(), os.getegid(), inside_identity()
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    # setgroups has to be given up before a group map may be written without privileges.
    for file, text in (("setgroups", "deny"), ("gid_map", f"{inside} {group} 1"), ("uid_map", f"{inside} {user} 1")):
        with open(f"/proc/self/{file}", "w") as stream:
            stream.write(text)


def die_with_parent(parent: int, signal: int) -> None:
    """Ask the kernel for `signal` when the parent dies; leave at once if it already has."""
    if sys.platform != "linux" or not signal:
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if parent and os.getppid() != parent:
        sys.exit(REFUSED)


def main(arguments: list[str]) -> None:
    """Take the identity, then become the program."""
    way, parent, signal, program = arguments[0], int(arguments[1]), int(arguments[2]), arguments[3:]
    try:
        if way == "namespace":
            enter_namespace()
        elif way != "same":
            os.setgroups([])
            os.setgid(int(way))
            os.setuid(int(way))
    except OSError as error:
        print(f"identity: {error}", file=sys.stderr)
        sys.exit(REFUSED)
    # After the change of identity, which clears it.
    die_with_parent(parent, signal)
    os.execv(program[0], program)  # noqa: S606 — replacing this process, without a shell, is what this file is for


if __name__ == "__main__":
    main(sys.argv[1:])

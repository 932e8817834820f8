"""Locks on folders that are being written: each is a file beside its folder, held until its process ends at the latest.

On Windows a folder cannot be opened as a file, and one in which a file is open cannot be renamed.
"""

import errno
from contextlib import suppress
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

ENDING = ".lock"
# What a file system answers that knows no locks; on NFS it depends on the server.
KNOWS_NO_LOCKS = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def lock_folder(folder: Path, *, is_own: bool = False) -> BaseFileLock | None:
    """Return the lock of a folder, or None where another process has it.

    Where the file system knows no locks, a folder that is our own counts as locked, and any other as another process's.

    Raises
    ------
    OSError
        If the lock of our own folder cannot be written.
    """
    lock = FileLock(folder.with_name(f"{folder.name}{ENDING}"), blocking=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    except OSError as fault:
        if not is_own:
            unlock(lock)
            return None
        if fault.errno not in KNOWS_NO_LOCKS:
            raise
    return lock


def unlock(lock: BaseFileLock) -> None:
    """Take a lock's file away and let go of it."""
    with suppress(OSError):  # Windows takes it away with the lock itself; what stays is the next writer's to clear
        Path(lock.lock_file).unlink()
    lock.release()


def locked_folder(remains: Path) -> Path:
    """Return the folder that a lock belongs to, or the folder itself."""
    return remains.with_name(remains.name.removesuffix(ENDING))

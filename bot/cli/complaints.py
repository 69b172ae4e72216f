"""What went wrong while a command ran, as one clear line: files, the database."""

import errno
import socket

REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "已有同名的文件",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘是只读的",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ECONNREFUSED: "连接被拒绝",
}
DATABASE = (
    ("locked", "正被另一个程序占用，请稍后再试"),
    ("not a database", "这个文件不是数据库"),
    ("malformed", "数据库文件已损坏，请用 brandbot restore 恢复备份"),
    ("unable to open", "不能打开数据库文件"),
    ("readonly", "数据库文件是只读的"),
    ("disk", "磁盘已满或不能读写"),
    ("password", "用户名或密码不对"),
    ("does not exist", "没有这个数据库或用户"),
    ("connect", "连接不上"),
    ("closed", "连接断开了"),
)


def why(error: OSError) -> str:
    """The reason of a file's or a connection's error."""
    if isinstance(error, socket.gaierror):
        return "找不到这台主机"
    if isinstance(error, TimeoutError):
        return "等待超时"
    return REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


def own_words(error: Exception) -> str:
    """The first line of what a library says."""
    return (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]


def explained(error: Exception) -> str | None:
    """One line for what the person at the shell can put right; None for an error of the program itself."""
    from asyncpg import InterfaceError, PostgresError  # both are large, and known to nobody before something goes wrong
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import InterfaceError as Unusable

    if isinstance(error, DBAPIError | PostgresError | InterfaceError):
        cause = own_words(error)
        known = next((line for word, line in DATABASE if word in cause.lower()), None)
        theirs = cause if isinstance(error, Unusable) else None  # what the driver will not even try
        return f"数据库不能使用：{known or theirs}" if known or theirs else None
    if isinstance(error, ConnectionError | socket.gaierror | TimeoutError):
        return f"数据库不能使用：连接不上（{why(error)}）"
    if isinstance(error, OSError):
        place = f"{error.filename}：" if error.filename else ""
        return f"{place}{why(error)}"
    return None

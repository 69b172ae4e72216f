"""Databases of one PostgreSQL server that the tests take in turn, emptied in between: that is ten times as fast as new ones."""

from dataclasses import dataclass, field

import asyncpg

from tests.postgres import Server

ALONE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
SHAPE = """
SELECT md5(string_agg(concat_ws(' ', attrelid, attname, atttypid, attnotnull, attisdropped), ',' ORDER BY attrelid, attnum))
  || (SELECT string_agg(version_num, ',') FROM alembic_version)
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
"""
"""Tables, columns and indexes, and the revision; a table that was dropped and made again is another one."""
EMPTY = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL session_replication_role = replica;  -- foreign keys need no look: everything goes
    FOR one IN SELECT relname, relkind FROM pg_class
               WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND relname <> 'alembic_version' LOOP
        IF one.relkind = 'S' THEN EXECUTE format('SELECT setval(%L, 1, false)', quote_ident(one.relname));
        ELSE EXECUTE format('DELETE FROM %I', one.relname);
        END IF;
    END LOOP;
END $$
"""
LARGE = 32_000_000  # bytes; an empty one has 9 million, and what is far larger is quicker made anew


@dataclass(slots=True)
class Pool:
    """Copies of `template`, each lent to one test at a time."""

    server: Server
    template: str
    free: list[str] = field(default_factory=list)
    shape: str = ""

    async def take(self) -> str:
        """The name of an empty database at the template's schema."""
        if not self.shape:
            async with self.server.connected(self.template) as connection:
                self.shape = await connection.fetchval(SHAPE)
        return self.free.pop() if self.free else await self.server.create(self.template)

    async def give_back(self, name: str) -> None:
        """Throw out whoever is still connected, and empty it for the next test; it is dropped if its schema was changed."""
        async with self.server.connected(name) as connection:
            await connection.execute(ALONE)
            emptied = await self._emptied(connection)
        if emptied:
            self.free.append(name)
        else:
            await self.server.drop(name)

    async def _emptied(self, connection: asyncpg.Connection) -> bool:
        shape, size = await connection.fetchrow(f"SELECT ({SHAPE}), pg_database_size(current_database())")
        if shape != self.shape or size > LARGE:
            return False
        try:
            await connection.execute(EMPTY)
        except asyncpg.InsufficientPrivilegeError:  # a given server, and no superuser of it
            return False
        return True

    async def close(self) -> None:
        """Drop what is left, the template too."""
        for name in (*self.free, self.template):
            await self.server.drop(name)

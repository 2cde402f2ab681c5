# SPDX-License-Identifier: Apache-2.0
"""What was published: nothing is shown that the signer may still refuse."""

from django.db import connection

from apps.audit.domain.merkle.hashes import HASH_BYTES
from apps.audit.domain.merkle.tiles import TILE_HEIGHT, TILE_LEVEL_MAX, TILE_WIDTH
from cortex.database.transactions import transactional

# Witnesses answer within seconds; as long as they may still, the one before is shown, which has them all.
_SHOWN = """
SELECT c.note, array(SELECT line FROM audit_cosignature s WHERE s.size = c.size ORDER BY s.witness)
  FROM audit_checkpoint c, audit_log_state state
 ORDER BY c.size <= state.cosigned_size OR c.signed_at < clock_timestamp() - interval '10 seconds' DESC,
          c.size DESC
 LIMIT 1
"""
_IS_COVERED = "SELECT EXISTS (SELECT FROM audit_checkpoint WHERE size >= %s AND size < %s)"


@transactional
def published_checkpoint() -> str | None:
    """Return the newest checkpoint with the cosignatures that are there, or None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN)
        row = cursor.fetchone()
    return row[0] + "".join(f"{line}\n" for line in row[1]) if row else None


@transactional
def published_tile(*, level: int, place: int, width: int) -> bytes | None:
    """Return the hashes of a tile, or None where no published checkpoint has it with this width."""
    if level > TILE_LEVEL_MAX or not is_published(level=level, place=place, width=width):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashes FROM audit_tile WHERE level = %s AND place = %s", [level, place])
        row = cursor.fetchone()
    hashes = bytes(row[0])[: width * HASH_BYTES] if row else b""
    return hashes if len(hashes) == width * HASH_BYTES else None


@transactional
def is_published(*, level: int, place: int, width: int) -> bool:
    """Return whether some published tree has this tile with exactly this width; a full one stays full."""
    first = (place * TILE_WIDTH + width) << (TILE_HEIGHT * level)
    last = first + (1 << (TILE_HEIGHT * level)) if width < TILE_WIDTH else 1 << 62
    if not 0 < first < last:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_IS_COVERED, [first, last])
        return bool(cursor.fetchone()[0])
